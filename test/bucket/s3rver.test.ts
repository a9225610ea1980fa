import { randomUUID } from "node:crypto";
import { after } from "node:test";

import { bucketMaker } from "../../dev/s3-gateway.ts";
import { startS3rver } from "../../dev/s3rver.ts";
import type { S3Settings } from "../../src/bucket/s3-request.ts";
import { createS3Bucket } from "../../src/bucket/s3.ts";
import { bucketSuite } from "./suite.ts";

let server: ReturnType<typeof startS3rver> | undefined;
after(async () => (await server)?.stop());

bucketSuite("an S3 bucket of s3rver", {
  async open() {
    const store = await (server ??= startS3rver());
    const { endpoint, region, accessKey, secretKey } = store;
    const bucket = `suite-${randomUUID()}`;
    await bucketMaker(store)(bucket);
    const settings: S3Settings = {
      endpoint,
      region,
      bucket,
      addressing: "path",
      checksumMode: true,
      accessKey,
      secretKey,
    };
    return {
      bucket: createS3Bucket(settings),
      missing: createS3Bucket({ ...settings, bucket: `none-${randomUUID()}` }),
      denied: createS3Bucket({ ...settings, secretKey: "wrong" }),
      prefix: "dir1/",
    };
  },
  skipped: {
    [odd("g&h=i")]: "s3rver escapes an ampersand of a listing twice",
    [odd("it's")]: "s3rver signs ' in a query without encoding it",
    [odd("(j)*!")]: "s3rver signs ( ) * ! in a query without encoding them",
  },
});

function odd(name: string) {
  return `a key with "${name}" is put, listed, described and read`;
}
