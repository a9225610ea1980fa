import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { after } from "node:test";

import type { Bucket } from "../../src/bucket/bucket.ts";
import { createS3Bucket } from "../../src/bucket/s3.ts";
import { startS3Gateway, type S3Gateway } from "../../dev/s3-gateway.ts";

type OpenBucket = (credentials?: { secretKey: string }) => Promise<Bucket & { folder: string | undefined }>;

/**
 * A new bucket in a real S3 store, for a whole test file: opened with the store's credentials, or with others. Call it at the
 * top level. `folder` is where its objects lie as files, where they do so on this machine.
 */
export function testBucket(): OpenBucket {
  const name = `manifest-${randomUUID()}`;
  let starting: Promise<S3Gateway> | undefined;
  after(async () => {
    if (starting !== undefined) await (await starting).stop();
  });

  async function start(): Promise<S3Gateway> {
    const gateway = await startS3Gateway();
    await gateway.createBucket(name);
    return gateway;
  }
  return async (credentials) => {
    const { endpoint, region, accessKey, secretKey, folder } = await (starting ??= start());
    const keys = { accessKey, secretKey, ...credentials };
    const bucket = createS3Bucket({ endpoint, region, bucket: name, addressing: "path", checksumMode: true, ...keys });
    return { ...bucket, folder: folder === undefined ? undefined : join(folder, name) };
  };
}
