import assert from "node:assert/strict";
import { createServer } from "node:http";
import { join } from "node:path";
import process from "node:process";
import { describe, test, type TestContext } from "node:test";

import type { Recording } from "../../src/client.ts";
import { runtimeName } from "../../src/process/runtime.ts";
import { abandoned, listen } from "../agora/literal-server.ts";
import {
  assertNoSecret,
  ID,
  impatient,
  QUICK,
  SECRET,
  workerSetup,
  startWorker,
  textsOfHistory,
  WRONG,
} from "./worker-setup.ts";
import type { LogLine } from "../support/worker-process.ts";

const READY = /^tailslate worker ready: \w+ [\d.]+, namespace .+ s after start\n$/;

describe("a worker that can work", () => {
  test("says in one line that it is ready, ends a recording, and writes no more than its log", async (t) => {
    const { emulator, namespace, bucket } = await workerSetup();
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
    assertLogged(worker.log(), recording);

    const object = await bucket.get(manifest?.key ?? "", { signal: t.signal });
    const written = await new Response(ReadableStream.from(object?.body ?? [])).text();
    assert.match(written, /"verified"/);
    assertNoSecret(planted, [worker.output(), written, ...(await textsOfHistory(recording))]);
  });

  test("bundles the workflows itself where no bundle is named", async (t) => {
    const { worker } = await startWorker(t, { env: { TAILSLATE_WORKFLOW_BUNDLE: "" } });
    assert.match(await worker.ready, /, bundled now, /);
  });

  test("starts while Agora and the store are away, and reports it in the outcome", async (t) => {
    const { emulator } = await workerSetup();
    const away = await abandoned();
    const { worker, recordings, planted } = await startWorker(t, { agora: away, store: { endpoint: away } });
    assert.match(await worker.ready, READY);
    const recording = await recordings.finalize(impatient(await emulator.record()));
    const { outcome, stop } = await recording.result();
    assert.deepEqual({ outcome, stop: stop.status }, { outcome: "unverified", stop: "unconfirmed" });
    assertNoSecret(planted, [worker.output(), ...(await textsOfHistory(recording))]);
  });

  test("on SIGTERM lets a stop in flight end and records it, for the next worker to go on", async (t) => {
    const { emulator } = await workerSetup();
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
    assert.deepEqual(
      { outcome, stop: stop.status, attempts: stop.attempts },
      { outcome: "verified", stop: "accepted", attempts: 1 },
    );
    const stops = emulator.calls.filter(({ endpoint, sid }) => endpoint === "stop" && sid === recorded.sid);
    assert.deepEqual(
      stops.map(({ status }) => status),
      [200],
    );
  });
});

/** The beginning and the end of the recording once each, and beside them only the workers' own changes of state. */
function assertLogged(log: LogLine[], { workflowId }: Recording): void {
  const entries = log.filter(({ message }) => message !== "Worker state changed");
  const whose = { level: "INFO", workflowId, sid: workflowId.replace("recording-", "") };
  assert.partialDeepStrictEqual(entries, [
    { ...whose, message: "Recording taken on" },
    { ...whose, message: "Recording ended", outcome: "verified", stop: "accepted", problemCount: 0 },
  ]);
  assert.equal(entries.length, 2, JSON.stringify(entries));
  for (const { time } of log) assert.equal(new Date(time).toISOString(), time);
}

describe("a worker that cannot work says why in one line, and ends with 2 where its configuration is wrong, else with 1", () => {
  const refusals: { when: string; env: (folder: string) => Record<string, string>; says: RegExp; code?: number }[] = [
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
      code: 1,
    },
    {
      when: "Temporal does not know the namespace",
      env: () => ({ TEMPORAL_NAMESPACE: "nowhere" }),
      says: /^Cannot run the worker: Namespace nowhere was not found[^{]*$/,
      code: 1,
    },
    {
      when: "the bundle of the workflows is missing",
      env: (folder) => ({ TAILSLATE_WORKFLOW_BUNDLE: join(folder, "none.cjs") }),
      says: /^Cannot .*none\.cjs/,
      code: 1,
    },
    {
      when: "the port for its health is no number",
      env: () => ({ TAILSLATE_HTTP_PORT: "http" }),
      says: /^Cannot serve health and metrics: TAILSLATE_HTTP_PORT must be a number from 0 to 65535$/,
    },
    {
      when: "it does not know the format of its log",
      env: () => ({ TAILSLATE_LOG_FORMAT: "xml" }),
      says: /^Cannot write the log: TAILSLATE_LOG_FORMAT must be json or text$/,
    },
  ];
  for (const { when, env, says, code = 2 } of refusals) {
    test(`when ${when}`, async (t) => {
      const { folder } = await workerSetup();
      const { worker, planted } = await startWorker(t, { env: env(folder) });
      assert.equal(await worker.ended, code, worker.stderr());
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
    const { emulator } = await workerSetup();
    const { worker, recordings, planted } = await startWorker(t, { customerSecret: WRONG });
    const input = impatient(await emulator.record());
    // A deadline that finds an attempt under way would leave no word of the refusal.
    const recording = await recordings.finalize({ ...input, timeouts: { ...input.timeouts, stop: "10s" } });
    await assert.rejects(recording.result(), { type: "CredentialsRejected" });
    assertNoSecret(planted, [worker.output(), ...(await textsOfHistory(recording))]);
  });

  test("when the store refuses the credentials", async (t) => {
    const { emulator } = await workerSetup();
    const { worker, recordings, planted } = await startWorker(t, { store: { secretKey: WRONG } });
    const recording = await recordings.finalize(impatient(await emulator.record()));
    const { outcome } = await recording.result();
    assert.equal(outcome, "unverified");
    const seen = await textsOfHistory(recording);
    assert.ok(seen.some((text) => text.includes("the store answered 403 SignatureDoesNotMatch")));
    assertNoSecret(planted, [worker.output(), ...seen]);
  });

  test("when Agora and the store answer garbage that repeats our headers", async (t) => {
    const { emulator } = await workerSetup();
    const echo = await echoServer(t);
    const { worker, recordings, planted } = await startWorker(t, { agora: echo, store: { endpoint: echo } });
    const recording = await recordings.finalize(impatient(await emulator.record()));
    const { outcome, stop } = await recording.result();
    assert.deepEqual({ outcome, stop: stop.status }, { outcome: "unverified", stop: "unconfirmed" });
    assertNoSecret(planted, [worker.output(), ...(await textsOfHistory(recording))]);

    const refused = await recordings.finalize(impatient({ ...(await emulator.record()), cname: "refused" }));
    await assert.rejects(refused.result(), { type: "StopRejected" });
    assertNoSecret(planted, [worker.output(), ...(await textsOfHistory(refused))]);
  });
});

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
