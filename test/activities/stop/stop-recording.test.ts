/** What one attempt at a stop knows of those before it, and when it gives Temporal another. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test, type TestContext } from "node:test";

import { ActivityCancellationDetails, CancelledFailure } from "@temporalio/common";
import { MockActivityEnvironment } from "@temporalio/testing";

import { createAgoraActivities } from "../../../src/activities/index.ts";
import { createAgora } from "../../../src/agora/client.ts";
import type { Bucket } from "../../../src/bucket/bucket.ts";
import type { StopAttempts } from "../../../src/contract/details.ts";
import type { StopEvidence } from "../../../src/contract/evidence.ts";
import { resolveInput } from "../../../src/contract/input.ts";
import { testBucket } from "../../support/test-bucket.ts";

const FRESH: StopAttempts = {
  kind: "stop-attempts",
  attempt: 1,
  hostIndex: 0,
  hostTried: false,
  answerLost: false,
  missing: false,
  missingSinceMs: null,
};

const MISSING = { status: 404, body: { code: 404, reason: "failed to find worker" } };
const EXITING = { status: 400, body: { code: 49, reason: "invalid operation" } };
const OUTAGE = { status: 503, body: {} };

const openBucket = testBucket();

type Setting = {
  /** By host: what it answers to everything. */
  answers: { status: number; body: object; headers?: Record<string, string> }[];
  attempt?: number;
  memory?: StopAttempts;
  skipFailoverGrace?: boolean;
  mayBeRepeat?: boolean;
  limitMs?: number;
  /** When this attempt was due, by Temporal's clock. */
  dueMs?: number;
  heartbeatTimeoutMs?: number;
  /** Nothing is answered before. */
  held?: Promise<unknown>;
  /** Where the recording's files are. */
  bucket?: Bucket;
  prefix?: string;
};

/** Runs one attempt against real HTTP servers. */
async function attempt(t: TestContext, setting: Setting) {
  const { answers, attempt: number = 1, memory, skipFailoverGrace = false, mayBeRepeat = false } = setting;
  const { limitMs = 3_600_000, dueMs = Date.now(), heartbeatTimeoutMs, held, bucket, prefix } = setting;
  const asked: number[] = [];
  const baseUrls = await Promise.all(
    answers.map(async ({ status, body, headers }, host) => {
      const server = createServer(async (request, response) => {
        if (request.method === "POST") asked.push(host);
        await held;
        response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      t.after(() => server.close());
      const address = server.address();
      return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    }),
  );
  const agora = createAgora({ customerId: "id", customerSecret: "secret", baseUrls, requestsPerSecond: 1000 });
  const { stopRecording } = createAgoraActivities({
    agora: new Map([["default", agora]]),
    buckets: new Map(bucket && [["default", bucket]]),
    searchAttributes: false,
  });
  const environment = new MockActivityEnvironment({
    attempt: number,
    heartbeatDetails: memory,
    scheduledTimestampMs: Date.now(),
    currentAttemptScheduledTimestampMs: dueMs,
    scheduleToCloseTimeoutMs: limitMs,
    ...(heartbeatTimeoutMs !== undefined && { heartbeatTimeoutMs }),
  });
  let remembered = FRESH;
  const beat = Promise.withResolvers<unknown>();
  environment.on("heartbeat", (details: StopAttempts) => {
    remembered = details;
    beat.resolve(details);
  });
  const recording = { appId: "a", resourceId: "r", sid: "s", mode: "mix", cname: "c", uid: "1" };
  const files = bucket === undefined ? null : { fileNamePrefix: prefix === undefined ? [] : [prefix] };
  const input = resolveInput({ recording, files }, bucket !== undefined);
  const run: Promise<StopEvidence> = environment.run(stopRecording, { input, skipFailoverGrace, mayBeRepeat });
  return { run, asked, remembered: () => remembered, beat: beat.promise, cancel: environment.cancel };
}

test("a first 404 may be a failover: it is tried again, and remembered", async (t) => {
  const { run, remembered } = await attempt(t, { answers: [MISSING] });
  await assert.rejects(run, { type: "AgoraUnavailable", nextRetryDelay: 1000 });
  assert.equal(remembered().missing, true);
});

test("the 90 s of a failover count from the attempt after the first 404, by Temporal's clock", async (t) => {
  // An hour off, as this machine's clock sees it.
  const dueMs = Date.now() - 3_600_000;
  const second = await attempt(t, { answers: [MISSING], attempt: 2, dueMs, memory: { ...FRESH, missing: true } });
  await assert.rejects(second.run, { type: "AgoraUnavailable" });
  assert.equal(second.remembered().missingSinceMs, dueMs);

  const memory = { ...FRESH, missing: true, missingSinceMs: dueMs };
  const young = await attempt(t, { answers: [MISSING], attempt: 2, dueMs: dueMs + 89_000, memory });
  await assert.rejects(young.run, { type: "AgoraUnavailable" });
  const old = await attempt(t, { answers: [MISSING], attempt: 2, dueMs: dueMs + 90_000, memory });
  const report = await old.run;
  assert.partialDeepStrictEqual(report, { status: "already-ended", sessionEnded: true, attempts: 2 });
});

test("a 404 ends the recording when the newest server's playlist has ended, not while that server has segments alone", async (t) => {
  const bucket = await openBucket();
  const put = async (key: string, text: string) =>
    bucket.put(key, Buffer.from(text), { signal: AbortSignal.timeout(10_000), contentType: "text/plain" });

  await put("s_c_20261129120000000.ts", "segment");
  await put("s_c.m3u8", playlistOf("s_c_20261129120000000.ts"));
  await put("bak0_s_c_20261129120002000.ts", "segment");
  const failover = await attempt(t, { answers: [MISSING], bucket });
  await assert.rejects(failover.run, { type: "AgoraUnavailable" });

  await put("bak0_s_c.m3u8", `${playlistOf("bak0_s_c_20261129120002000.ts")}#EXT-X-ENDLIST\n`);
  const over = await attempt(t, { answers: [MISSING], bucket: atLaterTime(bucket, 182_000) });
  assert.equal((await over.run).status, "already-ended");
});

test("a final playlist ends nothing before three minutes without a change: the next server may have sent nothing yet", async (t) => {
  const bucket = await openBucket();
  const signal = AbortSignal.timeout(10_000);
  const text = `${playlistOf("s_c_20261129130000000.ts")}#EXT-X-ENDLIST\n`;
  await bucket.put("quiet/s_c_20261129130000000.ts", Buffer.from("segment"), { signal, contentType: "video/mp2t" });
  await bucket.put("quiet/s_c.m3u8", Buffer.from(text), { signal, contentType: "text/plain" });
  for (const { answer, ageMs } of [
    { answer: MISSING, ageMs: 0 },
    { answer: OUTAGE, ageMs: 100_000 },
    { answer: MISSING, ageMs: 170_000 },
  ]) {
    const young = await attempt(t, { answers: [answer], bucket: atLaterTime(bucket, ageMs), prefix: "quiet" });
    await assert.rejects(young.run, { type: "AgoraUnavailable" });
  }
  const old = await attempt(t, { answers: [MISSING], bucket: atLaterTime(bucket, 182_000), prefix: "quiet" });
  assert.equal((await old.run).status, "already-ended");
});

test("a 404 without the failover grace ends the recording at once", async (t) => {
  const { run } = await attempt(t, { answers: [MISSING], skipFailoverGrace: true });
  assert.equal((await run).status, "already-ended");
});

test("a lasting 404 after a lost answer is accepted; one without the grace may be a failover's, and tells nothing of that stop", async (t) => {
  const memory = { ...FRESH, answerLost: true, missing: true, missingSinceMs: Date.now() - 90_000 };
  const lasting = await attempt(t, { answers: [MISSING], attempt: 2, memory });
  assert.equal((await lasting.run).status, "accepted");
  const young = { ...memory, missingSinceMs: Date.now() };
  const withoutGrace = await attempt(t, {
    answers: [MISSING],
    attempt: 2,
    memory: young,
    skipFailoverGrace: true,
  });
  assert.equal((await withoutGrace.run).status, "already-ended");
});

for (const { after, memory, attempt: number, status } of [
  { after: "clear answers only", memory: FRESH, attempt: 2, status: "already-ended" },
  { after: "an answer that was lost", memory: { ...FRESH, answerLost: true }, attempt: 2, status: "accepted" },
  { after: "an attempt that died with its worker", memory: FRESH, attempt: 3, status: "accepted" },
  { after: "a first attempt that died with its worker", memory: undefined, attempt: 2, status: "accepted" },
]) {
  test(`a 49 after ${after} is ${status}`, async (t) => {
    const { run } = await attempt(t, { answers: [EXITING], attempt: number, ...(memory && { memory }) });
    assert.equal((await run).status, status);
  });
}

test("an unclear answer is asked of the same host once more, then of the next", async (t) => {
  const first = await attempt(t, { answers: [OUTAGE, EXITING] });
  await assert.rejects(first.run, { type: "AgoraUnavailable" });
  const second = await attempt(t, { answers: [OUTAGE, EXITING], attempt: 2, memory: first.remembered() });
  await assert.rejects(second.run, { type: "AgoraUnavailable", nextRetryDelay: 3000 });
  const third = await attempt(t, { answers: [OUTAGE, EXITING], attempt: 3, memory: second.remembered() });
  assert.equal((await third.run).status, "accepted");
  assert.deepEqual(
    { first: first.asked, second: second.asked, third: third.asked },
    { first: [0], second: [0], third: [1] },
  );
});

test("Retry-After lengthens the pause, and a last attempt still falls before the deadline", async (t) => {
  const answers = [{ status: 429, body: {}, headers: { "retry-after": "20" } }];
  const patient = await attempt(t, { answers });
  await assert.rejects(patient.run, { nextRetryDelay: 20_000 });
  const { run } = await attempt(t, { answers, limitMs: 15_000 });
  await assert.rejects(
    run,
    ({ nextRetryDelay }: { nextRetryDelay: number }) => nextRetryDelay > 9000 && nextRetryDelay <= 10_000,
  );
});

test("our credentials refused: tried again, under a name of its own", async (t) => {
  const { run } = await attempt(t, {
    answers: [{ status: 401, body: { message: "Invalid authentication credentials" } }],
  });
  await assert.rejects(run, { type: "CredentialsRejected", nonRetryable: false });
});

test("a request that Agora refuses as such is final", async (t) => {
  const { run } = await attempt(t, { answers: [{ status: 400, body: { code: 2, reason: "planted" } }] });
  await assert.rejects(
    run,
    (error: Error) => "nonRetryable" in error && error.nonRetryable === true && !error.message.includes("planted"),
  );
});

test("an attempt that takes long leaves what it found, and records its answer though it has heard of a cancellation", async (t) => {
  const { promise: held, resolve: answer } = Promise.withResolvers<void>();
  const memory = { ...FRESH, missing: true, answerLost: true };
  const { run, beat, cancel } = await attempt(t, {
    answers: [EXITING],
    held,
    attempt: 2,
    memory,
    heartbeatTimeoutMs: 30,
  });
  assert.deepEqual(await beat, memory);
  cancel();
  answer();
  assert.equal((await run).status, "accepted");
});

test("a worker that has no more time leaves a stop in flight", async (t) => {
  const { promise: held, resolve: answer } = Promise.withResolvers<void>();
  const { run, beat, cancel } = await attempt(t, { answers: [EXITING], held, heartbeatTimeoutMs: 30 });
  await beat;
  cancel("WORKER_SHUTDOWN", new ActivityCancellationDetails({ workerShutdown: true }));
  await assert.rejects(run, CancelledFailure);
  answer();
});

/** The same store, when its clock, which has whole seconds, has gone on. */
function atLaterTime(bucket: Bucket, byMs: number): Bucket {
  return {
    ...bucket,
    list: async (...request) => {
      const listing = await bucket.list(...request);
      return { ...listing, storeTime: new Date(Date.parse(listing.storeTime) + byMs).toISOString() };
    },
  };
}

function playlistOf(segment: string): string {
  return `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.92\n${segment}\n`;
}
