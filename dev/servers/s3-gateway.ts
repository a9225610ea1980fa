/**
 * An S3 store for the demo and the tests: the one that `TAILSLATE_TEST_S3` names, else VersityGW, a real S3 gateway over
 * a temporary folder, as a child process on a free port of the loopback interface. It answers path style and, for hosts
 * `<bucket>.localhost`, virtual-host style. Where neither it nor Go is at hand, s3rver serves, which knows path style only.
 */
import { AwsClient } from "aws4fetch";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";

import { answers, freePorts, startServer } from "./child.ts";
import { startS3rver } from "./s3rver.ts";
import { findTool } from "./tool.ts";

/** The value of `TAILSLATE_TEST_S3`, as JSON. */
const Access = z.strictObject({
  endpoint: z.url(),
  region: z.string(),
  accessKey: z.string(),
  secretKey: z.string(),
  /** Where the buckets lie as folders, when they do so on this machine. */
  folder: z.string().optional(),
});

/** What opens a bucket of a store: settings for our adapter. */
export type BucketSettings = Omit<z.infer<typeof Access>, "folder"> & {
  bucket: string;
  addressing: "path";
  checksumMode: boolean;
};

export type S3Gateway = z.infer<typeof Access> & {
  /** Makes a bucket, and gives what opens it. One that we own already is no error. */
  createBucket(name: string): Promise<BucketSettings>;
  stop(): Promise<void>;
};

/** Starts a gateway with credentials of its own, or uses the running one that the environment names. */
export async function startS3Gateway(): Promise<S3Gateway> {
  const running = process.env["TAILSLATE_TEST_S3"];
  if (running !== undefined && running !== "") {
    const access = Access.parse(JSON.parse(running));
    return { ...access, createBucket: bucketMaker(access), stop: async () => {} };
  }

  const path = await findVersityGateway().catch(fallBackToS3rver);
  if (path !== undefined) return startVersityGateway(path);
  const server = await startS3rver();
  return { ...server, createBucket: bucketMaker(server) };
}

/** A path that was given must be right; a gateway that cannot be found or built can be done without. */
function fallBackToS3rver(error: Error): undefined {
  if (process.env["VERSITYGW_PATH"]) throw error;
  process.stderr.write(`${error.message}; s3rver serves instead\n`);
}

async function startVersityGateway(path: string): Promise<S3Gateway> {
  const [port] = await freePorts(1);
  const root = await mkdtemp(join(tmpdir(), "tailslate-s3-"));
  const [folder, sidecar] = [join(root, "buckets"), join(root, "metadata")];
  await Promise.all([mkdir(folder), mkdir(sidecar)]);

  const access = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    accessKey: randomBytes(10).toString("hex").toUpperCase(),
    secretKey: randomBytes(20).toString("hex"),
    folder,
  };
  const args = [
    "--port",
    `127.0.0.1:${port}`,
    "--virtual-domain",
    `localhost:${port}`,
    "--health",
    "/health",
    "--keep-alive", // as every real store does; the gateway closes each connection by default
    "--quiet",
  ];
  // Metadata in a sidecar folder: not every temporary folder has extended attributes.
  args.push("posix", "--sidecar", sidecar, folder);
  const env = { ROOT_ACCESS_KEY_ID: access.accessKey, ROOT_SECRET_ACCESS_KEY: access.secretKey };

  const command = { name: "the S3 gateway", path, args, env, folder: root };
  const server = await startServer(command, () => answers(`${access.endpoint}/health`));
  return { ...access, createBucket: bucketMaker(access), stop: () => server.stop() };
}

/** The path of VersityGW. */
export function findVersityGateway(): Promise<string> {
  return findTool({
    name: "versitygw",
    variable: "VERSITYGW_PATH",
    module: "github.com/versity/versitygw/cmd/versitygw@v1.8.0",
    buildTime: "a minute",
  });
}

/** The environment of a worker whose store is this bucket. */
export function storeEnvironment({ endpoint, bucket, addressing, accessKey, secretKey }: BucketSettings) {
  return {
    TAILSLATE_STORE_VENDOR: "11",
    TAILSLATE_STORE_ENDPOINT: endpoint,
    TAILSLATE_STORE_BUCKET: bucket,
    TAILSLATE_STORE_ADDRESSING: addressing,
    TAILSLATE_STORE_ACCESS_KEY: accessKey,
    TAILSLATE_STORE_SECRET_KEY: secretKey,
  };
}

/** What makes buckets in an S3 store. */
export function bucketMaker({ endpoint, region, accessKey, secretKey }: z.infer<typeof Access>) {
  const client = new AwsClient({
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    region,
    service: "s3",
    retries: 0,
  });
  return async (bucket: string): Promise<BucketSettings> => {
    const response = await client.fetch(`${endpoint}/${bucket}`, { method: "PUT" });
    const text = await response.text();
    if (!response.ok && !text.includes("<Code>BucketAlreadyOwnedByYou</Code>"))
      throw new Error(`Cannot create bucket "${bucket}": the store answered ${response.status}`);
    return { endpoint, region, bucket, addressing: "path", accessKey, secretKey, checksumMode: false };
  };
}
