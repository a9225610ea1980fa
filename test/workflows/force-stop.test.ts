/** The row `forceStop` of the table in docs/cancel-and-force-stop.md, cell by cell, by signal and by update. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { WorkflowUpdateFailedError } from "@temporalio/client";

import { forceStop } from "../../src/contract/messages.ts";
import { testHarness } from "../support/harness.ts";
import {
  repeated,
  startFinalizing,
  LATER,
  NO_WORKER,
  OUTAGE,
  stopCalls,
  untilProgress,
} from "../support/situations.ts";

const harness = testHarness();

describe("forceStop", () => {
  test("before the stop was sent: stops now, and the files get their time", async () => {
    const env = await harness();
    const { recorded, recording } = await startFinalizing(env, { scenario: "late" }, { stop: { at: LATER } });
    await untilProgress(recording, ({ phase }) => phase === "scheduled");
    const status = await recording.forceStop("the call ended early");
    assert.partialDeepStrictEqual(status, { phase: "scheduled", forced: true });
    const result = await recording.result();
    assert.partialDeepStrictEqual(result, { outcome: "verified", forced: true, stop: { status: "accepted" } });
    assert.equal(stopCalls(env, recorded), 1);
  });

  test("while the stop meets 404: without the grace of a failover it has ended", async () => {
    const env = await harness();
    const scenario = { stop: repeated(NO_WORKER), segmentsBeforeStop: 6 };
    const { recording } = await startFinalizing(env, { mode: "individual", scenario });
    await untilProgress(recording, ({ waitingFor }) => waitingFor.some((line) => line.includes("404")));
    await recording.forceStop();
    const result = await recording.result();
    assert.partialDeepStrictEqual(result, { stop: { status: "already-ended" }, forced: true });
  });

  test("while the stop is in flight: a second one is sent beside it, and the first answer counts", async () => {
    const env = await harness();
    const { recorded, recording } = await startFinalizing(env, { scenario: "held" });
    await env.emulator.whenCalled("stop", { sid: recorded.sid });
    await recording.forceStop();
    const result = await recording.result();
    env.emulator.release();
    // The files may still be on their way, and a forced stop waits for none.
    assert.partialDeepStrictEqual(result, { stop: { status: "accepted" }, forced: true });
    assert.equal(stopCalls(env, recorded), 2);
  });

  test("while Agora is out of order: unconfirmed after 30 s, and the files there are verified", async () => {
    const env = await harness();
    const scenario = { stop: repeated(OUTAGE), segmentsBeforeStop: 6 };
    const { recorded, recording } = await startFinalizing(env, { mode: "individual", scenario });
    await env.emulator.whenCalled("stop", { sid: recorded.sid });
    await recording.forceStop();
    const result = await recording.result();
    assert.partialDeepStrictEqual(result, { stop: { status: "unconfirmed" }, outcome: "incomplete", forced: true });
    assert.ok(stopCalls(env, recorded) >= 2, "it is tried again at once");
    assert.ok(result.manifest);
  });

  test("while Agora refuses the credentials: unconfirmed after 30 s, and the files there are verified", async () => {
    const env = await harness();
    const scenario = { stop: repeated({ status: 401, body: { message: "Invalid authentication credentials" } }) };
    const { recorded, recording } = await startFinalizing(env, { mode: "individual", scenario });
    await env.emulator.whenCalled("stop", { sid: recorded.sid });
    await recording.forceStop();
    const result = await recording.result();
    assert.partialDeepStrictEqual(result, { stop: { status: "unconfirmed" }, forced: true });
  });

  test("while a call hangs: unconfirmed after 30 s, whether it comes back or not", async () => {
    const env = await harness();
    // Held before it takes effect: else the bucket would show the end when the first call's own limit is over.
    const scenario = { stop: repeated({ status: 200, body: {}, hold: true } as const), segmentsBeforeStop: 6 };
    const { recorded, recording } = await startFinalizing(env, { scenario }, { stop: { method: "sync" } });
    await env.emulator.whenCalled("stop", { sid: recorded.sid });
    await recording.forceStop();
    const result = await recording.result();
    assert.partialDeepStrictEqual(result, { stop: { status: "unconfirmed" }, forced: true });
    env.emulator.release();
  });

  for (const { phase, present, options, changes, missed } of [
    { phase: "uploading", present: 6, options: { scenario: "lost" }, changes: {}, missed: "segment-missing" },
    {
      phase: "backup",
      present: 0,
      options: { scenario: "backuped-nothing" },
      changes: { stop: { method: "sync" } },
      missed: "playlist-missing",
    },
  ] as const) {
    test(`in the phase ${phase}: ends the wait and verifies what is there`, async () => {
      const env = await harness();
      const { recording } = await startFinalizing(env, options, changes);
      await untilProgress(recording, (progress) => progress.phase === phase && progress.present === present);
      await recording.forceStop("no more waiting");
      const result = await recording.result();
      assert.partialDeepStrictEqual(result, { outcome: phase === "backup" ? "lost" : "incomplete", forced: true });
      assert.equal(result.problems[0]?.check, missed);
      const manifest = await recording.manifest();
      assert.ok(manifest?.timeline.some(({ what }) => what === "Forced the stop: no more waiting"));
    });
  }

  test("while verifying: the signal has no effect, the update is refused and leaves no trace in the history", async () => {
    const env = await harness();
    const recorded = await env.emulator.record();
    const writing = env.gate.hold(({ method, path }) => method === "PUT" && path.includes(recorded.sid));
    const recording = await env.recordings.finalize(env.input(recorded));
    await writing.arrived;
    const handle = env.client.workflow.getHandle(recording.workflowId);
    const length = async () => (await handle.describe()).historyLength;
    const before = await length();
    await assert.rejects(
      recording.forceStop(),
      (error) => error instanceof WorkflowUpdateFailedError && /verifying/.test(String(error.cause?.message)),
    );
    assert.equal(await length(), before);
    await handle.signal(forceStop, {});
    writing.release();
    const result = await recording.result();
    assert.partialDeepStrictEqual(result, { outcome: "verified", forced: false });
  });

  test("loses against cancel, and is refused after it", async () => {
    const env = await harness();
    const { recorded, recording } = await startFinalizing(env, { scenario: "held" });
    await env.emulator.whenCalled("stop", { sid: recorded.sid });
    await recording.forceStop();
    await recording.cancel();
    await assert.rejects(
      recording.forceStop(),
      (error) => error instanceof WorkflowUpdateFailedError && /given up/.test(String(error.cause?.message)),
    );
    env.emulator.release();
    assert.equal((await recording.result()).outcome, "cancelled");
  });
});
