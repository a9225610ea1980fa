/**
 * The S3 protocol, for Amazon S3 and for the many stores that speak it. Other vendors' stores refuse the streamed
 * uploads and trailing checksums of newer SDKs: a write here carries its length and its digests, in headers.
 */
import type { Bucket, StoreEvent } from "../bucket.ts";
import { createHttpBucket } from "../http/http-bucket.ts";
import { createPageLister } from "./list-page.ts";
import { createS3Signer, type S3Settings } from "./signer.ts";
import { createWriteHeaders } from "./write-headers.ts";

/** Opens a bucket; nothing is sent yet. */
export function createS3Bucket(settings: S3Settings, observe?: (event: StoreEvent) => void): Bucket {
  return createHttpBucket({
    bucket: settings.bucket,
    observe,
    limits: settings.limits,
    sign: createS3Signer(settings),
    listPage: createPageLister(settings.quirks ?? {}),
    writeHeaders: createWriteHeaders(settings),
    noBucketCode: "NoSuchBucket",
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    unreadableCode: /^(InvalidObjectState|KMS\.\w+)$/,
  });
}
