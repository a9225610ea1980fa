import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after } from "node:test";

import type { Bucket } from "../../src/bucket/bucket.ts";
import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import { startS3Gateway, type S3Gateway } from "../../dev/servers/s3-gateway.ts";

type OpenBucket = (credentials?: { secretKey: string }) => Promise<Bucket & { folder: string | undefined }>;

/**
 * A new bucket in a real S3 store, for a whole test file: opened with the store's credentials, or with others. Call it at the
 * top level. `folder` is where its objects lie as files, where they do so on this machine.
 */
export function testBucket(): OpenBucket {
  const name = `manifest-${randomUUID()}`;
  let starting: Promise<S3Gateway> | undefined;
  after(async () => (await starting)?.stop());

  return async (credentials) => {
    const { folder, ...s3 } = await (starting ??= startS3Gateway());
    const bucket = createS3Bucket({ ...(await s3.createBucket(name)), checksumMode: true, ...credentials });
    return { ...bucket, folder: folder === undefined ? undefined : join(folder, name) };
  };
}
