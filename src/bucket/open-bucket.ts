import type { AzureSettings } from "./azure-request.ts";
import { createAzureBucket } from "./azure.ts";
import type { Bucket } from "./bucket.ts";
import type { S3Settings } from "./s3-request.ts";
import { createS3Bucket } from "./s3.ts";

export type BucketSettings = S3Settings | AzureSettings;

/** Opens a bucket of whatever store the settings describe; nothing is sent yet. */
export function openBucket(settings: BucketSettings): Bucket {
  return "accountKey" in settings ? createAzureBucket(settings) : createS3Bucket(settings);
}
