/** What shows that a session has ended, where Agora did not say so. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";

import { testHarness } from "../support/harness.ts";

const harness = testHarness();

/** Lets the store's clock go on for the three minutes without a change that show a session's end. */
async function letQuietPass(t: TestContext): Promise<void> {
  const { gate } = await harness();
  gate.advanceClock(180_000);
  t.after(() => gate.advanceClock(-180_000));
}

describe("the bucket shows the end, and a stop is", () => {
  test("already-ended when Agora says 49, and when it says 404 and the bucket shows the end", async (t) => {
    for (const scenario of ["idle", "gone"] as const) {
      const { emulator, recordings, input } = await harness();
      const recorded = await emulator.record({ scenario });
      await emulator.whenUploaded(recorded.sid);
      await letQuietPass(t);
      const result = await (await recordings.finalize(input(recorded))).result();
      assert.partialDeepStrictEqual(result, { stop: { status: "already-ended" }, outcome: "verified" });
    }
  });

  test("accepted when its answer was lost and the bucket already shows what it brought about", async (t) => {
    const { emulator, recordings, input } = await harness();
    const lost = { status: 206, body: { code: 65, reason: "request not completed" }, handled: true, hold: true };
    const recorded = await emulator.record({ scenario: { stop: [lost] } });
    const recording = await recordings.finalize(input(recorded));
    await emulator.whenCalled("stop", { sid: recorded.sid });
    await emulator.whenUploaded(recorded.sid);
    await letQuietPass(t);
    emulator.release();
    const { stop, outcome } = await recording.result();
    assert.deepEqual(
      { stop: stop.status, attempts: stop.attempts, outcome },
      { stop: "accepted", attempts: 1, outcome: "verified" },
    );
  });
});
