import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, describe, test, type TestContext } from "node:test";

import { Client, Connection } from "@temporalio/client";

import { createS3Bucket } from "../src/bucket/s3.ts";
import { connect, type FinalizeInput, type Recording } from "../src/client.ts";
import { startEmulator } from "../src/emulator/emulator.ts";
import { runtimeName } from "../src/runtime.ts";
import { abandoned, listen } from "./agora/literal-server.ts";
import { startTestServers } from "./servers.ts";
import { startWorkerProcess } from "./worker-process.ts";

const ID = "planted-customer-id";
const SECRET = "planted-customer-secret";
const WRONG = "planted-wrong-secret";
const NCS = "planted-ncs-secret";

const OFTEN = { initialInterval: "100ms", backoffCoefficient: 1 };
const QUICK = { poll: { upload: OFTEN, backup: OFTEN, quiet: "0s" } };

const cleanUp: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const step of cleanUp.toReversed()) await step();
});

type Stage = Awaited<ReturnType<typeof setStage>>;
let setting: Promise<Stage> | undefined;
/** What all tests share: a bucket, an emulator that fills it, a client, and a folder with a bundle of the workflows. */
const stage = () => (setting ??= setStage());

async function setStage() {
  const servers = await startTestServers();
  cleanUp.push(() => servers.stop());
  const { temporal, s3 } = servers;
  const { address, namespace } = temporal;
  const { endpoint, region, accessKey, secretKey } = s3;
  const bucketName = `test-${randomUUID()}`;
  await s3.createBucket(bucketName);
  const keys = { accessKey, secretKey, addressing: "path", checksumMode: false } as const;
  const bucket = createS3Bucket({ endpoint, region, bucket: bucketName, ...keys });
  const emulator = await startEmulator({ bucket, customerId: ID, customerSecret: SECRET });
  cleanUp.push(() => emulator.close());
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  cleanUp.push(() => client.connection.close());

  const folder = await mkdtemp(join(tmpdir(), "tailslate-test-"));
  cleanUp.push(() => rm(folder, { recursive: true }));
  const bundlePath = process.env["TAILSLATE_WORKFLOW_BUNDLE"] ?? join(folder, "workflow-bundle.cjs");
  if (bundlePath.startsWith(folder)) {
    // Only here, so that this process has no native module when the bundle is given.
    const { bundleWorkflows } = await import("../src/worker/workflow-bundle.ts");
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
async function startWorker(t: TestContext, { env, agora, store, customerSecret = SECRET }: Differences = {}) {
  const { address, namespace, s3, bucketName, emulator, client, folder, bundlePath } = await stage();
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

const READY = /^tailslate worker ready: \w+ [\d.]+, namespace .+ s after start\n$/;

describe("a worker that can work", () => {
  test("says in one line that it is ready, ends a recording, and says no more", async (t) => {
    const { emulator, namespace, bucket } = await stage();
    const { worker, taskQueue, recordings, planted } = await startWorker(t);
    const line = await worker.ready;
    const [facts, seconds] = line.split(/, (?=[\d.]+ s after start\n$)/);
    assert.equal(
      facts,
      `tailslate worker ready: ${runtimeName(process.versions)}, namespace ${namespace}, task queue ${taskQueue}, ` +
        "accounts default, stores default, prebuilt bundle",
    );
    assert.match(seconds ?? "", /^\d+\.\d\d s/);

    const recording = await recordings.finalize({ recording: await emulator.record({ scenario: "mp4" }), ...QUICK });
    const { outcome, manifest } = await recording.result();
    assert.equal(outcome, "verified");
    worker.terminate();
    assert.equal(await worker.ended, 0);
    assert.equal(worker.stdout(), line);
    assert.equal(worker.stderr(), "");

    const object = await bucket.get(manifest?.key ?? "", { signal: t.signal });
    const written = await new Response(ReadableStream.from(object?.body ?? [])).text();
    assert.match(written, /"verified"/);
    assertNoSecret(planted, [worker.output(), written, ...(await traces(recording))]);
  });

  test("bundles the workflows itself where no bundle is named", async (t) => {
    const { worker } = await startWorker(t, { env: { TAILSLATE_WORKFLOW_BUNDLE: "" } });
    assert.match(await worker.ready, /, bundled now, /);
  });

  test("starts while Agora and the store are away, and tells of it in the outcome", async (t) => {
    const { emulator } = await stage();
    const away = await abandoned();
    const { worker, recordings, planted } = await startWorker(t, { agora: away, store: { endpoint: away } });
    assert.match(await worker.ready, READY);
    const recording = await recordings.finalize(impatient(await emulator.record()));
    const { outcome, stop } = await recording.result();
    assert.deepEqual([outcome, stop.status], ["unverified", "unconfirmed"]);
    assertNoSecret(planted, [worker.output(), ...(await traces(recording))]);
  });

  test("on SIGTERM lets a stop in flight end and records it, for the next worker to go on", async (t) => {
    const { emulator } = await stage();
    const { worker, taskQueue, recordings } = await startWorker(t);
    await worker.ready;
    // The stop is answered well after SIGTERM, and well within the time that a drain may take.
    const recorded = await emulator.record({ scenario: { stopDelayMs: 1500 } });
    const recording = await recordings.finalize({ recording: recorded, ...QUICK });
    await emulator.whenCalled("stop", { sid: recorded.sid });
    worker.terminate();
    assert.equal(await worker.ended, 0);
    assert.match(worker.stdout(), READY);

    await startWorker(t, { env: { TEMPORAL_TASK_QUEUE: taskQueue } });
    const { outcome, stop } = await recording.result();
    assert.deepEqual([outcome, stop.status, stop.attempts], ["verified", "accepted", 1]);
    const stops = emulator.calls.filter(({ endpoint, sid }) => endpoint === "stop" && sid === recorded.sid);
    assert.deepEqual(
      stops.map(({ status }) => status),
      [200],
    );
  });
});

describe("a worker that cannot work ends with 1 and one line", () => {
  const refusals: { when: string; env: (folder: string) => Record<string, string>; says: RegExp }[] = [
    {
      when: "its configuration file is missing",
      env: (folder) => ({ TAILSLATE_CONFIG: join(folder, "none.json") }),
      says: /^Cannot use the configuration from \S+none\.json: the file cannot be read$/,
    },
    {
      when: "there is no configuration at all",
      env: () => ({ TAILSLATE_CONFIG: "" }),
      says: /^Cannot run the worker: it has no account and no store/,
    },
    {
      when: "the configuration is wrong, naming every mistake",
      env: () => ({
        TAILSLATE_CONFIG: "",
        AGORA_CUSTOMER_ID: ID,
        AGORA_BASE_URLS: "http://agora.example",
        TAILSLATE_STORE_VENDOR: "4",
        TAILSLATE_STORE_BUCKET: "recordings",
        TAILSLATE_STORE_SECRET_KEY: SECRET,
      }),
      says: /: accounts\.default\.customerSecret: .+; accounts\.default\.baseUrls\.0: .+; stores\.default\.accessKey: .+; stores\.default\.vendor: [^;]+$/,
    },
    {
      when: "Temporal cannot be reached",
      env: () => ({ TEMPORAL_ADDRESS: "127.0.0.1:1" }),
      says: /^Cannot reach Temporal at 127\.0\.0\.1:1$/,
    },
    {
      when: "Temporal does not know the namespace",
      env: () => ({ TEMPORAL_NAMESPACE: "nowhere" }),
      says: /^Cannot run the worker: Namespace nowhere was not found[^{]*$/,
    },
    {
      when: "the bundle of the workflows is missing",
      env: (folder) => ({ TAILSLATE_WORKFLOW_BUNDLE: join(folder, "none.cjs") }),
      says: /^Cannot .*none\.cjs/,
    },
  ];
  for (const { when, env, says } of refusals) {
    test(`when ${when}`, async (t) => {
      const { folder } = await stage();
      const { worker, planted } = await startWorker(t, { env: env(folder) });
      assert.equal(await worker.ended, 1, worker.stderr());
      assert.equal(worker.stdout(), "");
      const [line = "", ...more] = worker.stderr().split("\n");
      assert.match(line, says);
      assert.deepEqual(more, [""]);
      assertNoSecret(planted, [worker.output()]);
    });
  }
});

describe("no secret shows, neither in the worker's output nor in the history,", () => {
  test("when Agora refuses the credentials", async (t) => {
    const { emulator } = await stage();
    const { worker, recordings, planted } = await startWorker(t, { customerSecret: WRONG });
    const recording = await recordings.finalize(impatient(await emulator.record()));
    await assert.rejects(recording.result(), { type: "CredentialsRejected" });
    assertNoSecret(planted, [worker.output(), ...(await traces(recording))]);
  });

  test("when the store refuses the credentials", async (t) => {
    const { emulator } = await stage();
    const { worker, recordings, planted } = await startWorker(t, { store: { secretKey: WRONG } });
    const recording = await recordings.finalize(impatient(await emulator.record()));
    const { outcome } = await recording.result();
    assert.equal(outcome, "unverified");
    const seen = await traces(recording);
    assert.ok(seen.some((text) => text.includes("the store answered 403 SignatureDoesNotMatch")));
    assertNoSecret(planted, [worker.output(), ...seen]);
  });

  test("when Agora and the store answer garbage that repeats our headers", async (t) => {
    const { emulator } = await stage();
    const echo = await echoServer(t);
    const { worker, recordings, planted } = await startWorker(t, { agora: echo, store: { endpoint: echo } });
    const recording = await recordings.finalize(impatient(await emulator.record()));
    const { outcome, stop } = await recording.result();
    assert.deepEqual([outcome, stop.status], ["unverified", "unconfirmed"]);
    assertNoSecret(planted, [worker.output(), ...(await traces(recording))]);

    const refused = await recordings.finalize(impatient({ ...(await emulator.record()), cname: "refused" }));
    await assert.rejects(refused.result(), { type: "StopRejected" });
    assertNoSecret(planted, [worker.output(), ...(await traces(refused))]);
  });
});

/** Every wait as short as it may be, where nothing good can come. */
function impatient(recording: FinalizeInput["recording"]): FinalizeInput {
  return { ...QUICK, recording, timeouts: { stop: "2s", upload: "1s", backup: "1s", verify: "1s" } };
}

/** Answers with what it was sent, in every place that might be read: as JSON, as HTML, as XML, as headers. */
async function echoServer(t: TestContext): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const sent = JSON.stringify(request.headers);
      const authorization = request.headers.authorization ?? "";
      const isRefused = Buffer.concat(chunks).toString().includes('"refused"');
      const answers = [
        { status: 200, body: JSON.stringify({ serverResponse: sent, reason: sent }) },
        { status: 500, body: `<html>${sent}</html>` },
        {
          status: 403,
          body: `<Error><Code>Denied ${authorization}</Code><StringToSign>${sent}</StringToSign></Error>`,
        },
        { status: 302, body: sent },
      ];
      const refusal = { status: 400, body: JSON.stringify({ code: 2, reason: authorization, message: sent }) };
      const { status, body } = (isRefused ? refusal : answers[count++ % answers.length]) ?? refusal;
      const location = `/?${authorization}`;
      response.writeHead(status, authorization, { "x-request-id": authorization, location, "retry-after": sent });
      response.end(body);
    });
  });
  return listen(t, server);
}

/** Every text in a run's history and description, with the bytes of its payloads as text. */
async function traces({ workflowId }: Recording): Promise<string[]> {
  const { client } = await stage();
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
function assertNoSecret(planted: string[], shown: string[]): void {
  for (const text of shown) {
    const decoded = [...text.matchAll(/[A-Za-z0-9+/]{16,}={0,2}/g)].map(([base64]) => Buffer.from(base64, "base64"));
    for (const secret of planted) {
      assert.ok(!text.includes(secret), `A secret shows in: ${text}`);
      assert.ok(!decoded.some((bytes) => bytes.includes(secret)), `A secret shows in Base64 in: ${text}`);
    }
  }
}
