/** The rows `cancel` and Temporal's own cancellation of the table in docs/cancel-and-force-stop.md, cell by cell. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { cancel } from "../../src/contract/messages.ts";
import { workflowId } from "../../src/contract/names.ts";
import { testHarness } from "../support/harness.ts";
import {
  repeated,
  startFinalizing,
  LATER,
  OUTAGE,
  stopCalls,
  untilProgress,
  untilDescribed,
  WAYS_TO_GIVE_UP,
} from "../support/situations.ts";

const harness = testHarness();
/** `PENDING_ACTIVITY_STATE_CANCEL_REQUESTED` of Temporal's API. */
const CANCEL_REQUESTED = 3;

for (const [when, changes] of [
  ["at once", {}],
  ["at its hour", { stop: { at: LATER } }],
] as const) {
  test(`the signal cancel that comes with the start of a stop that is due ${when} ends it, and sends nothing`, async () => {
    const env = await harness();
    const recorded = await env.emulator.record();
    await env.client.workflow.signalWithStart("finalizeRecording", {
      args: [env.input(recorded, changes)],
      signal: cancel,
      signalArgs: [{}],
      taskQueue: env.taskQueue,
      workflowId: workflowId(recorded.sid),
    });
    const result = await env.recordings.get(recorded.sid).result();
    assert.partialDeepStrictEqual(result, { outcome: "cancelled", stop: { status: "not-sent" } });
    assert.equal(stopCalls(env, recorded), 0);
  });
}

for (const { way, giveUp, assertGivenUp } of WAYS_TO_GIVE_UP) {
  describe(`${way} gives up`, () => {
    test("before the stop was sent: nothing is sent, the recording goes on", async () => {
      const env = await harness();
      const { recorded, recording } = await startFinalizing(env, {}, { stop: { at: LATER } });
      await untilProgress(recording, ({ phase }) => phase === "scheduled");
      await giveUp(env, recording);
      const { stop } = await assertGivenUp(recording);
      assert.equal(stop?.status, "not-sent");
      assert.equal((await recording.stopped().catch(() => stop)).status, "not-sent");
      assert.equal(stopCalls(env, recorded), 0);
    });

    test("while the stop is in flight: its answer is recorded, and whoever waits for it is told", async () => {
      const env = await harness();
      const { recorded, recording } = await startFinalizing(env, { scenario: "held" });
      await env.emulator.whenCalled("stop", { sid: recorded.sid });
      const told = recording.stopped();
      await giveUp(env, recording);
      assert.equal((await recording.status()).stop, null);
      env.emulator.release();
      assert.equal((await told).status, "accepted");
      assert.equal((await assertGivenUp(recording)).stop?.status, "accepted");
      assert.equal(stopCalls(env, recorded), 1);
    });

    test("while the stop is in flight, and its answer is none: no further call is made", async () => {
      const env = await harness();
      const stop = [{ status: 503, body: "", hold: true }, ...repeated(OUTAGE)];
      const { recorded, recording } = await startFinalizing(env, { mode: "individual", scenario: { stop } });
      await env.emulator.whenCalled("stop", { sid: recorded.sid });
      await giveUp(env, recording);
      await recording.status(); // the workflow has heard of it
      env.emulator.release();
      assert.equal((await assertGivenUp(recording)).stop?.status, "unconfirmed");
      assert.equal(stopCalls(env, recorded), 1);
    });

    test("between two calls of the stop: no further call is made", async () => {
      const env = await harness();
      const { recorded, recording } = await startFinalizing(env, {
        mode: "individual",
        scenario: { stop: repeated(OUTAGE) },
      });
      await untilDescribed(env, recording, ({ raw }) => raw.pendingActivities?.[0]?.attempt === 3);
      await giveUp(env, recording);
      assert.equal((await assertGivenUp(recording)).stop?.status, "unconfirmed");
      assert.equal(stopCalls(env, recorded), 2);
    });

    for (const { phase, options, changes } of [
      { phase: "uploading", options: { scenario: "lost" }, changes: {} },
      { phase: "backup", options: { scenario: "backuped-lost" }, changes: { stop: { method: "sync" } } },
    ] as const) {
      test(`in the phase ${phase}: the wait ends at once`, async () => {
        const env = await harness();
        const { recording } = await startFinalizing(env, options, changes);
        await untilProgress(recording, (progress) => progress.phase === phase && progress.present !== null);
        await giveUp(env, recording);
        assert.equal((await assertGivenUp(recording)).stop?.status, "accepted");
      });
    }

    test("while a look at the store is in flight: the wait ends at once", async () => {
      const env = await harness();
      const listing = env.gate.hold(({ method, path }) => method === "GET" && path.includes("list-type=2"));
      try {
        const { recording } = await startFinalizing(env, {});
        await listing.arrived;
        await giveUp(env, recording);
        await assertGivenUp(recording);
      } finally {
        listing.release();
      }
    });

    test("while the files are checked: nothing is published", async () => {
      const env = await harness();
      const recorded = await env.emulator.record();
      const checking = env.gate.hold(({ method, path }) => method === "HEAD" && path.includes(recorded.sid));
      try {
        const recording = await env.recordings.finalize(env.input(recorded, { verification: "head" }));
        await checking.arrived;
        await giveUp(env, recording);
        await assertGivenUp(recording);
        const { objects } = await env.bucket.list(`${recorded.sid}.`, AbortSignal.timeout(10_000));
        assert.deepEqual(objects, []);
      } finally {
        checking.release();
      }
    });

    test("too late once the manifest is being written: it stands, and so does its outcome", async () => {
      const env = await harness();
      const recorded = await env.emulator.record();
      const writing = env.gate.hold(({ method, path }) => method === "PUT" && path.includes(recorded.sid));
      const recording = await env.recordings.finalize(env.input(recorded));
      await writing.arrived;
      await giveUp(env, recording);
      await untilDescribed(env, recording, ({ raw }) => {
        const [pending] = raw.pendingActivities ?? [];
        return Number(pending?.state) === CANCEL_REQUESTED && Boolean(pending?.lastHeartbeatTime);
      });
      writing.release();
      assert.equal((await recording.result()).outcome, "verified");
      assert.ok(await recording.manifest());
    });
  });
}
