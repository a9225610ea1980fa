/** Calls for a recording that had a run before, and many calls at once. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { NotStopped } from "../../src/client.ts";
import { testHarness } from "../support/harness.ts";
import { endOf, LATER, startFinalizing, stopCalls, untilProgress, WAYS_TO_GIVE_UP } from "../support/situations.ts";

const harness = testHarness();

describe("finalize() again", () => {
  test("starts anew after a run that failed", async () => {
    const env = await harness();
    const recorded = await env.emulator.record();
    const failed = await env.recordings.finalize(env.input(recorded, { files: { store: "misspelt" } }));
    await assert.rejects(failed.result(), { type: "StoreUnknown" });
    const again = await env.recordings.finalize(env.input(recorded));
    assert.deepEqual(
      { attached: again.attached, earlierFailure: again.earlierFailure },
      { attached: false, earlierFailure: "StoreUnknown" },
    );
    assert.equal((await again.stopped()).status, "accepted");
    assert.equal((await again.result()).outcome, "verified");
    const duplicate = await env.recordings.finalize(env.input(recorded));
    assert.deepEqual(
      { attached: duplicate.attached, earlierFailure: duplicate.earlierFailure },
      { attached: true, earlierFailure: null },
    );
    assert.equal(stopCalls(env, recorded), 1);
  });

  const ways = [
    ...WAYS_TO_GIVE_UP,
    {
      way: "Temporal's termination",
      giveUp: async ({ client }: Awaited<ReturnType<typeof harness>>, { workflowId }: { workflowId: string }) => {
        await client.workflow.getHandle(workflowId).terminate();
      },
    },
  ];
  for (const { way, giveUp } of ways) {
    test(`stops nothing after ${way}, and stops it with rerun`, async () => {
      const env = await harness();
      const { recorded, recording } = await startFinalizing(env, {}, { stop: { at: LATER } });
      await untilProgress(recording, ({ phase }) => phase === "scheduled");
      await giveUp(env, recording);
      await endOf(recording).catch(() => undefined);
      await assert.rejects(
        env.recordings.finalize(env.input(recorded)),
        (error) => error instanceof NotStopped && error.sid === recorded.sid && /rerun/.test(error.message),
      );
      assert.equal(stopCalls(env, recorded), 0);
      const rerun = await env.recordings.finalize(env.input(recorded), { rerun: true });
      assert.equal((await rerun.result()).outcome, "verified");
      assert.equal(stopCalls(env, recorded), 1);
    });
  }

  test("with rerun sends no second stop to a recording that was stopped", async () => {
    const env = await harness();
    const { recorded, recording } = await startFinalizing(env, {});
    assert.equal((await recording.result()).outcome, "verified");
    for (const time of [1, 2]) {
      const rerun = await env.recordings.finalize(env.input(recorded), { rerun: true });
      const { outcome, stop } = await rerun.result();
      assert.deepEqual({ time, outcome, status: stop.status }, { time, outcome: "verified", status: "not-sent" });
    }
    assert.equal(stopCalls(env, recorded), 1);
  });

  test("with rerun stops a recording whose last run was asked to send no stop", async () => {
    const env = await harness();
    const { recorded, recording } = await startFinalizing(env, {}, { stop: { method: "none" }, timeouts: BRIEF });
    assert.equal((await recording.result()).stop.status, "not-sent");
    assert.equal(stopCalls(env, recorded), 0);
    const rerun = await env.recordings.finalize(env.input(recorded), { rerun: true });
    assert.equal((await rerun.result()).stop.status, "accepted");
    assert.equal(stopCalls(env, recorded), 1);
  });
});

const BRIEF = { upload: "1s", backup: "1s" };

test("any number may wait for stopped(), and the stop can be forced all the same", async () => {
  const env = await harness();
  const { recorded, recording } = await startFinalizing(env, { scenario: "held" });
  await env.emulator.whenCalled("stop", { sid: recorded.sid });
  const waiting = Array.from({ length: 15 }, async () => recording.stopped());
  assert.equal((await recording.forceStop()).forced, true);
  const reports = await Promise.all(waiting);
  env.emulator.release();
  assert.ok(reports.every(({ status }) => status === "accepted"));
});
