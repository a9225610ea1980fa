/** The real parts around the workers of a benchmark: a Temporal server, an S3 gateway, the emulator in place of Agora. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client, Connection } from "@temporalio/client";

import { startS3Gateway } from "../../dev/servers/s3-gateway.ts";
import { SEARCH_ATTRIBUTES } from "../../dev/servers/servers.ts";
import { startTemporalServer, type TemporalServer } from "../../dev/servers/temporal-server.ts";
import type { Bucket } from "../../src/bucket/bucket.ts";
import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import { connect, type Recordings } from "../../src/client.ts";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../src/emulator/emulator.ts";
import { bundleWorkflows } from "../../src/worker/workflow-bundle.ts";

export type Rig = {
  address: string;
  client: Client;
  recordings: Recordings;
  emulator: Emulator;
  bucket: Bucket;
  /** What a worker process needs to serve here: Agora's limit is set far away, and the bundle is built. */
  env: Record<string, string>;
  folder: string;
  close(): Promise<void>;
};

export type RigOptions = {
  /** Default: the CLI's development server, in memory. It is not stopped with the rig when it is given. */
  temporal?: Pick<TemporalServer, "address">;
  searchAttributes?: boolean;
  /** Whom the emulator notifies. */
  notify?: EmulatorOptions["notify"];
  /** Called when the emulator has put an object into the store. */
  onPut?: (key: string) => void;
};

const BUCKET = "recordings";
const ACCOUNT = { customerId: "customer", customerSecret: "secret" };
/** The most that a configuration may say: the pacing is measured elsewhere. */
const REQUESTS_PER_SECOND = 1000;

export async function startRig({ temporal, searchAttributes = false, notify, onPut }: RigOptions = {}): Promise<Rig> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-bench-"));
  const own = temporal
    ? undefined
    : await startTemporalServer(searchAttributes ? { searchAttributes: SEARCH_ATTRIBUTES } : {});
  const address = temporal?.address ?? own?.address ?? "";
  const s3 = await startS3Gateway();
  const settings = await s3.createBucket(BUCKET);
  const bucket = createS3Bucket(settings);
  const emulator = await startEmulator({
    ...ACCOUNT,
    bucket: onPut ? watchPuts(bucket, onPut) : bucket,
    ...(notify && { notify }),
  });

  const [config, bundle] = [join(folder, "tailslate.config.json"), join(folder, "workflow-bundle.cjs")];
  const account = {
    customerId: "env:ID",
    customerSecret: "env:SECRET",
    baseUrls: [emulator.url],
    requestsPerSecond: REQUESTS_PER_SECOND,
  };
  const store = {
    vendor: 11,
    endpoint: settings.endpoint,
    bucket: settings.bucket,
    addressing: "path",
    accessKey: "env:KEY",
    secretKey: "env:SECRET_KEY",
  };
  await writeFile(config, JSON.stringify({ accounts: { default: account }, stores: { default: store } }));
  await writeFile(bundle, (await bundleWorkflows()).code);
  const env = {
    TEMPORAL_ADDRESS: address,
    TAILSLATE_CONFIG: config,
    TAILSLATE_WORKFLOW_BUNDLE: bundle,
    ID: ACCOUNT.customerId,
    SECRET: ACCOUNT.customerSecret,
    KEY: settings.accessKey,
    SECRET_KEY: settings.secretKey,
  };
  const client = new Client({ connection: await Connection.connect({ address }) });
  const recordings = await connect({ client, searchAttributes, stores: new Map([["default", settings]]) });
  return {
    address,
    client,
    recordings,
    emulator,
    bucket,
    env,
    folder,
    async close() {
      await client.connection.close();
      await emulator.close();
      await Promise.all([s3.stop(), own?.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}

/** A directory that no other recording has, in the letters and digits that Agora takes. */
export function ownDirectory(): string[] {
  return [`call${randomUUID().replaceAll("-", "")}`];
}

function watchPuts(bucket: Bucket, onPut: (key: string) => void): Bucket {
  return {
    ...bucket,
    async put(key, bytes, options) {
      const result = await bucket.put(key, bytes, options);
      onPut(key);
      return result;
    },
  };
}
