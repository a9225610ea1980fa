import { randomUUID } from "node:crypto";

import type { BucketSettings } from "../../../dev/servers/s3-gateway.ts";
import { createS3Bucket } from "../../../src/bucket/s3/s3.ts";
import type { BucketCase } from "../suite.ts";

/** An S3 store that runs. */
export type S3Store = Record<"endpoint" | "region" | "accessKey" | "secretKey", string> & {
  createBucket: (name: string) => Promise<BucketSettings>;
};

/** Settings that open a new bucket of a store in path style. */
export async function newBucket({ createBucket }: S3Store): Promise<BucketSettings> {
  return { ...(await createBucket(`suite-${randomUUID()}`)), checksumMode: true };
}

/** What the suite asks of a store that speaks S3. */
export function s3Case(store: () => Promise<S3Store>): BucketCase {
  return {
    async open() {
      const settings = await newBucket(await store());
      return {
        bucket: createS3Bucket(settings),
        missing: createS3Bucket({ ...settings, bucket: `none-${randomUUID()}` }),
        denied: createS3Bucket({ ...settings, secretKey: "wrong" }),
        prefix: "dir1/",
      };
    },
  };
}
