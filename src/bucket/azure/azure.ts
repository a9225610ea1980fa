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
    listQuery: (prefix, marker) => ({
      restype: "container",
      comp: "list",
      maxresults: "1000", // the default, 5000, may exceed our limit of a page
      prefix,
      ...(marker !== undefined && { marker }),
    }),
    parsePage: parseAzurePage,
    noBucketCode: "ContainerNotFound",
    errorCodeHeader: "x-ms-error-code",
  });
}
