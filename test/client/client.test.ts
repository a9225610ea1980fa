import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { connect, type ListedRecording, type RecordingProgress } from "../../src/client.ts";
import { testHarness } from "../support/harness.ts";
import { startFinalizing, LATER, stopCalls, untilProgress } from "../support/situations.ts";

const harness = testHarness();

describe("finalize()", () => {
  test("refuses bad input by name before anything is sent", async () => {
    const { recordings, emulator, input } = await harness();
    const recorded = await emulator.record();
    const bad = { ...input(recorded), timeouts: { backup: "11d" }, recording: { ...recorded, sid: "../x" } };
    await assert.rejects(recordings.finalize(bad), {
      type: "InputInvalid",
      message: /recording\.sid: .*; timeouts\.backup: must not be longer than 10d/,
    });
    await assert.rejects(recordings.get(recorded.sid).result(), { name: "WorkflowNotFoundError" });
  });

  test("attaches to a run that is under way, and says that its own input was ignored", async () => {
    const env = await harness();
    const { recorded, recording } = await startFinalizing(env, { scenario: "held" });
    await env.emulator.whenCalled("stop", { sid: recorded.sid });
    const second = await env.recordings.finalize(env.input(recorded, { files: null }));
    assert.deepEqual({ first: recording.attached, second: second.attached }, { first: false, second: true });
    env.emulator.release();
    assert.deepEqual(await second.result(), await recording.result());
    assert.equal((await second.result()).outcome, "verified");
    assert.equal(stopCalls(env, recorded), 1);
  });

  test("returns the closed run, and with rerun verifies what came later", async () => {
    const env = await harness();
    const scenario = { lost: [3] };
    const { recorded, recording } = await startFinalizing(
      env,
      { scenario },
      { timeouts: { upload: "2s", backup: "2s" } },
    );
    const first = await recording.result();
    assert.equal(first.outcome, "incomplete");
    const missing = first.problems[0]?.subject ?? "";
    await env.bucket.put(missing, Buffer.alloc(188, 0x47), {
      contentType: "video/mp2t",
      signal: AbortSignal.timeout(9000),
    });

    const again = await env.recordings.finalize(env.input(recorded));
    assert.equal(again.attached, true);
    assert.deepEqual(await again.result(), first);

    const rerun = await env.recordings.finalize(env.input(recorded, { stop: { method: "none" } }), { rerun: true });
    const second = await rerun.result();
    assert.deepEqual({ attached: rerun.attached, outcome: second.outcome }, { attached: false, outcome: "verified" });
    assert.notEqual(second.manifest?.key, first.manifest?.key, "no manifest is overwritten");
  });
});

describe("a recording", () => {
  test("stopped() resolves when Agora has answered, while the upload goes on", async () => {
    const env = await harness();
    const { recording } = await startFinalizing(env, { scenario: "lost" });
    const { status, attempts } = await recording.stopped();
    assert.deepEqual({ status, attempts }, { status: "accepted", attempts: 1 });
    assert.equal((await recording.status()).outcome, null);
    await untilProgress(recording, ({ present }) => present === 6);
    await recording.forceStop();
    assert.equal((await recording.result()).outcome, "incomplete");
    assert.equal((await recording.stopped()).status, "accepted", "and after the end");
  });

  test("progress() counts present and expected files, names what is missing, and ends with the outcome", async () => {
    const env = await harness();
    const { recording } = await startFinalizing(env, { scenario: "lost" });
    await untilProgress(recording, ({ phase, present }) => phase === "uploading" && present === 6);
    await recording.cancel();
    const seen: RecordingProgress[] = [];
    for await (const progress of recording.progress()) seen.push(progress);
    const last = seen.at(-1);
    assert.partialDeepStrictEqual(last, { phase: "done", outcome: "cancelled" });
  });

  test("status() knows the phase and what it waits for", async () => {
    const env = await harness();
    const { recording } = await startFinalizing(env, {}, { stop: { at: LATER } });
    await untilProgress(recording, ({ phase }) => phase === "scheduled");
    const status = await recording.status();
    assert.deepEqual(status, { ...status, phase: "scheduled", stop: null, backup: null, forced: false, outcome: null });
    assert.match(status.waitingFor, /The stop is due at/);
    await recording.cancel();
    await recording.result();
  });

  test("manifest() refuses bytes that are not those of the run", async () => {
    const env = await harness();
    const { recording } = await startFinalizing(env, {});
    const { manifest } = await recording.result();
    assert.ok(manifest);
    const signal = AbortSignal.timeout(9000);
    await env.bucket.put(manifest.key, Buffer.from("{}"), { contentType: "application/json", signal });
    await assert.rejects(recording.manifest(), /Cannot believe the manifest/);
  });
});

test("look() knows a running recording with and without a worker, and a closed one with its result", async () => {
  const env = await harness();
  const { recording } = await startFinalizing(env, { scenario: "lost" });
  await untilProgress(recording, ({ phase, present }) => phase === "uploading" && present === 6);
  const running = await recording.look();
  assert.partialDeepStrictEqual(running, {
    progress: { answered: true },
    status: { phase: "uploading" },
    result: null,
  });
  assert.equal(running.status?.stop?.status, "accepted");
  await recording.forceStop();
  const result = await recording.result();
  const closed = await recording.look();
  const { phase, outcome, workflowStatus } = closed.progress;
  assert.deepEqual(
    { phase, outcome, workflowStatus },
    { phase: "done", outcome: "incomplete", workflowStatus: "COMPLETED" },
  );
  assert.deepEqual(closed.result, result);
  assert.equal(closed.status, null);

  const nowhere = await connect({ client: env.client, taskQueue: `nobody-${crypto.randomUUID()}` });
  const waiting = await nowhere.finalize(env.input(await env.emulator.record(), { stop: { at: LATER } }));
  const { progress, status } = await waiting.look();
  await env.client.workflow.getHandle(waiting.workflowId).terminate();
  assert.partialDeepStrictEqual(progress, { phase: "scheduled", answered: false, workflowStatus: "RUNNING" });
  assert.equal(status, null);
  const terminated = (await waiting.look()).progress;
  assert.partialDeepStrictEqual(terminated, { outcome: null, workflowStatus: "TERMINATED" });
});

test("list() finds recordings by channel, phase, outcome and time, and those that run", async () => {
  const env = await harness();
  const cname = `it's-${crypto.randomUUID()}`;
  const { recorded, recording } = await startFinalizing(env, { cname });
  await recording.result();
  // Visibility follows the workflow at a distance.
  let found: ListedRecording[] = [];
  while (found.length === 0) {
    found = await collect(env.recordings.list({ channel: cname, phase: "done", outcome: "verified" }));
  }
  assert.deepEqual(
    found.map(({ sid, channel, status }) => ({ sid, channel, status })),
    [{ sid: recorded.sid, channel: cname, status: "COMPLETED" }],
  );
  const started = found[0]?.startedAt ?? assert.fail();
  const later = new Date(started.getTime() + 1);
  for (const [filter, count] of [
    [{ outcome: "lost" }, 0],
    [{ since: started }, 1],
    [{ since: later }, 0],
    [{ until: started }, 0],
    [{ until: later }, 1],
    [{ running: true }, 0],
  ] as const) {
    const listed = await collect(env.recordings.list({ channel: cname, ...filter }));
    assert.equal(listed.length, count, JSON.stringify(filter));
  }
  assert.equal((await collect(env.recordings.list({ limit: 1 }))).length, 1);
});

async function collect(listed: AsyncIterable<ListedRecording>): Promise<ListedRecording[]> {
  const recordings: ListedRecording[] = [];
  for await (const recording of listed) recordings.push(recording);
  return recordings;
}
