/** A store that gives the files and does not take the manifest: what was decided is in the result all the same. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { testHarness } from "../support/harness.ts";

const harness = testHarness();

describe("finalizeRecording() keeps what it decided", () => {
  test("when the PUT of the manifest is never answered, and leaves no manifest", async () => {
    const { emulator, recordings, input, gate, bucket } = await harness();
    const recorded = await emulator.record({ scenario: "plain" });
    const held = gate.hold(({ method, path }) => method === "PUT" && path.includes(`${recorded.sid}.`));
    const recording = await recordings.finalize(input(recorded, { timeouts: { verify: "5s" } }));
    await held.arrived;
    const result = await recording.result();
    held.release();
    assert.partialDeepStrictEqual(result, { outcome: "verified", manifest: null, totals: { segments: 6 } });
    assert.equal(result.problems[0]?.check, "manifest-not-written");

    // Deno leaves the connection of an aborted request open, so that the gate may still pass the PUT on.
    if ("Deno" in globalThis) return;
    const { objects } = await bucket.list(`${recorded.sid}.`, AbortSignal.timeout(10_000));
    assert.deepEqual(objects, []);
  });
});
