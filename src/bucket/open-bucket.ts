import type { AzureSettings } from "./azure/signer.ts";
import { createAzureBucket } from "./azure/azure.ts";
import type { Bucket, StoreEvent } from "./bucket.ts";
import type { S3Settings } from "./s3/signer.ts";
import { createS3Bucket } from "./s3/s3.ts";

/** Each protocol has fields of its own, which tell the settings apart. */
export type BucketSettings = S3Settings | AzureSettings;

/** Opens a bucket by the protocol of its settings; nothing is sent yet. `observe` receives each request. */
export function openBucket(settings: BucketSettings, observe?: (event: StoreEvent) => void): Bucket {
  return "accountKey" in settings ? createAzureBucket(settings, observe) : createS3Bucket(settings, observe);
}
