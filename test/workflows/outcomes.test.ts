import assert from "node:assert/strict";
import { test } from "node:test";

import { testHarness } from "../harness.ts";

const harness = testHarness();

test("a plain async stop ends verified, with a manifest that its digest proves", async () => {
  const { emulator, recordings, input } = await harness();
  const recorded = await emulator.record({ scenario: "plain" });
  const recording = await recordings.finalize(input(recorded));
  const result = await recording.result();
  console.log(JSON.stringify(result, null, 1));
  const manifest = await recording.manifest();
  console.log(JSON.stringify(manifest, null, 1));
  assert.equal(result.outcome, "verified");
});
