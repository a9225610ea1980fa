/**
 * The S3 protocol, for Amazon S3 and for the many stores that speak it. Other vendors' stores refuse the streamed
 * uploads and trailing checksums of newer SDKs: a write here carries its length and its SHA-256, nothing else.
 */
import type { Bucket, StoreEvent } from "../bucket.ts";
import { createHttpBucket } from "../http/http-bucket.ts";
import { parseS3Page } from "./listing.ts";
import { createS3Signer, type S3Settings } from "./signer.ts";

/** Opens a bucket; nothing is sent yet. */
export function createS3Bucket(settings: S3Settings, observe?: (event: StoreEvent) => void): Bucket {
  return createHttpBucket({
    bucket: settings.bucket,
    observe,
    sign: createS3Signer(settings),
    listQuery: (prefix, token) => ({
      "list-type": "2",
      "encoding-type": "url",
      prefix,
      ...(token !== undefined && { "continuation-token": token }),
    }),
    parsePage: parseS3Page,
    noBucketCode: "NoSuchBucket",
  });
}
