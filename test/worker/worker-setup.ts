/** Workers as operators start them, with every secret planted, and where to look whether one shows. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, type TestContext } from "node:test";

import { Client, Connection } from "@temporalio/client";

import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import { connect, type FinalizeInput, type Recording } from "../../src/client.ts";
import { startEmulator } from "../../src/emulator/emulator.ts";
import { startTestServers } from "../support/servers.ts";
import { startWorkerProcess } from "../support/worker-process.ts";

export const ID = "planted-customer-id";
export const SECRET = "planted-customer-secret";
export const WRONG = "planted-wrong-secret";
const NCS = "planted-ncs-secret";

const OFTEN = { initialInterval: "100ms", backoffCoefficient: 1 };
export const QUICK = { poll: { upload: OFTEN, backup: OFTEN, quiet: "0s" } };

const cleanUp: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const step of cleanUp.toReversed()) await step();
});

type WorkerSetup = Awaited<ReturnType<typeof setUp>>;
let setting: Promise<WorkerSetup> | undefined;
/** What all tests share: a bucket, an emulator that fills it, a client, and a folder with a bundle of the workflows. */
export const workerSetup = () => (setting ??= setUp());

async function setUp() {
  const servers = await startTestServers();
  cleanUp.push(() => servers.stop());
  const { temporal, s3 } = servers;
  const { address, namespace } = temporal;
  const bucketName = `test-${randomUUID()}`;
  const bucket = createS3Bucket(await s3.createBucket(bucketName));
  const emulator = await startEmulator({ bucket, customerId: ID, customerSecret: SECRET });
  cleanUp.push(() => emulator.close());
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  cleanUp.push(() => client.connection.close());

  const folder = await mkdtemp(join(tmpdir(), "tailslate-test-"));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const bundlePath = process.env["TAILSLATE_WORKFLOW_BUNDLE"] ?? join(folder, "workflow-bundle.cjs");
  if (bundlePath.startsWith(folder)) {
    // Only here, so that this process has no native module when the bundle is given.
    const { bundleWorkflows } = await import("../../src/worker/workflow-bundle.ts");
    await writeFile(bundlePath, (await bundleWorkflows()).code);
  }
  return { address, namespace, s3, bucketName, bucket, emulator, client, folder, bundlePath };
}

type Differences = {
  /** In the environment; an empty variable counts as none. */
  env?: Record<string, string>;
  /** Where the worker believes Agora to be. */
  agora?: string;
  store?: { endpoint?: string; secretKey?: string };
  customerSecret?: string;
};

/** Starts a worker with a configuration file, all secrets planted, on a task queue of its own. */
export async function startWorker(t: TestContext, { env, agora, store, customerSecret = SECRET }: Differences = {}) {
  const { address, namespace, s3, bucketName, emulator, client, folder, bundlePath } = await workerSetup();
  const taskQueue = `test-${randomUUID()}`;
  const configPath = join(folder, `${taskQueue}.json`);
  const secretPath = join(folder, `${taskQueue}.secret`);
  const config = {
    accounts: {
      default: { customerId: "env:ID", customerSecret: `file:${secretPath}`, baseUrls: [agora ?? emulator.url] },
    },
    stores: {
      default: {
        vendor: 11,
        bucket: bucketName,
        endpoint: store?.endpoint ?? s3.endpoint,
        accessKey: "env:ACCESS_KEY",
        secretKey: "env:SECRET_KEY",
      },
    },
    notifications: { secret: "env:NCS_SECRET" },
  };
  await writeFile(configPath, JSON.stringify(config));
  await writeFile(secretPath, `${customerSecret}\n`);
  const secretKey = store?.secretKey ?? s3.secretKey;
  const secrets = { ID, ACCESS_KEY: s3.accessKey, SECRET_KEY: secretKey, NCS_SECRET: NCS };
  const worker = startWorkerProcess(t, {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    TEMPORAL_TASK_QUEUE: taskQueue,
    TAILSLATE_CONFIG: configPath,
    TAILSLATE_WORKFLOW_BUNDLE: bundlePath,
    ...secrets,
    ...env,
  });
  const planted = [...Object.values(secrets), customerSecret];
  const authorization = Buffer.from(`${ID}:${customerSecret}`).toString("base64");
  const recordings = await connect({ client, taskQueue });
  return { worker, taskQueue, recordings, planted: [...planted, authorization] };
}

/** Starts a worker that serves its health and its metrics, and waits until it does. */
export async function startServedWorker(t: TestContext, differences: Differences = {}) {
  const started = await startWorker(t, { ...differences, env: { TAILSLATE_HTTP_PORT: "0", ...differences.env } });
  const { url } = await started.worker.logged({ message: "Serving health and metrics" });
  const get = (path: string) => fetch(new URL(path, String(url).replace("0.0.0.0", "127.0.0.1")));
  return { ...started, get, scrape: async () => (await get("/metrics")).text() };
}

/** Every wait as short as it may be, where nothing good can come. */
export function impatient(recording: FinalizeInput["recording"]): FinalizeInput {
  return { ...QUICK, recording, timeouts: { stop: "2s", upload: "1s", backup: "1s", verify: "1s" } };
}

/** Every text in a run's history and description, with the bytes of its payloads as text. */
export async function textsOfHistory({ workflowId }: Recording): Promise<string[]> {
  const { client } = await workerSetup();
  const handle = client.workflow.getHandle(workflowId);
  const { raw } = await handle.describe();
  const { events } = await handle.fetchHistory();
  assert.ok(events && events.length > 3);
  return [...texts(raw), ...texts(events)];
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString("latin1")];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** Neither as it is, nor in Base64 inside of something else. */
export function assertNoSecret(planted: string[], shown: string[]): void {
  for (const text of shown) {
    const decoded = [...text.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g)].map(([base64]) => Buffer.from(base64, "base64"));
    for (const secret of planted) {
      assert.ok(!text.includes(secret), `A secret shows in: ${text}`);
      assert.ok(!decoded.some((bytes) => bytes.includes(secret)), `A secret shows in Base64 in: ${text}`);
    }
  }
}
