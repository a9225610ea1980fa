/** What shows that a session has ended, where Agora did not say so. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";

import { testHarness } from "../support/harness.ts";
import { OUTAGE, repeated } from "../support/situations.ts";

const harness = testHarness();

/** Lets the store's clock, which has whole seconds, go on for the three minutes without a change that show a session's end. */
async function letQuietPass(t: TestContext): Promise<void> {
  const { gate } = await harness();
  gate.advanceClock(182_000);
  t.after(() => gate.advanceClock(-182_000));
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

test("nothing shows the end of users' tracks after a stop without an answer: incomplete, without a wait for a backup", async () => {
  const { emulator, recordings, input } = await harness();
  for (const mode of ["individual", "raw"] as const) {
    const recorded = await emulator.record({ mode, scenario: { idleExit: true, stop: repeated(OUTAGE) } });
    await emulator.whenUploaded(recorded.sid);
    const changes = { files: { uids: ["123", "456"] }, timeouts: { stop: "3s", upload: "4s" } };
    const recording = await recordings.finalize(input(recorded, changes));
    const { outcome, stop, backup, problems } = await recording.result();
    assert.deepEqual(
      { outcome, stop: stop.status, backup, checks: problems.map(({ check, severity }) => [check, severity]) },
      { outcome: "incomplete", stop: "unconfirmed", backup: null, checks: [["session-not-ended", "error"]] },
    );
  }
});
