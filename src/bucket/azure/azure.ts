/**
 * Azure Blob Storage, whose containers are buckets here and whose blobs are objects. A write is a block blob in one Put
 * Blob, which Azure keeps with its MD5.
 */
import { signAzureRequest, type AzureSettings } from "./signer.ts";
import { parseAzurePage } from "./listing.ts";
import type { Bucket, StoreEvent } from "../bucket.ts";
import { createHttpBucket } from "../http/http-bucket.ts";

/** Opens a container; nothing is sent yet. */
export function createAzureBucket(settings: AzureSettings, observe?: (event: StoreEvent) => void): Bucket {
  return createHttpBucket({
    bucket: settings.bucket,
    observe,
    sign: (request) => signAzureRequest(settings, request),
    limits: settings.limits,
    async listPage(fetchPage, { prefix, next }) {
      // The default, 5000 results, may exceed our limit of a page.
      return parseAzurePage(
        await fetchPage({ restype: "container", comp: "list", maxresults: "1000", prefix, ...next }),
      );
    },
    noBucketCode: "ContainerNotFound",
    // https://learn.microsoft.com/en-us/rest/api/storageservices/blob-service-error-codes
    unreadableCode: /^(BlobArchived|BlobBeingRehydrated|BlobUsesCustomerSpecifiedEncryption|KeyVault\w+)$/,
    takenCode: "BlobAlreadyExists",
    errorCodeHeader: "x-ms-error-code",
  });
}
