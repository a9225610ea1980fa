import assert from "node:assert/strict";
import { test } from "node:test";

import type { FinalizeInput } from "../../src/client.ts";
import type { RecordOptions } from "../../src/emulator/recording/record.ts";
import { testHarness } from "../support/harness.ts";

const harness = testHarness();

async function finalize(options: RecordOptions, changes: Partial<FinalizeInput> = {}) {
  const { emulator, recordings, input } = await harness();
  const recorded = await emulator.record(options);
  const recording = await recordings.finalize(input(recorded, changes));
  return { result: await recording.result(), manifest: await recording.manifest() };
}

test("mode raw is verified with playlists, MP4s and snapshots of each user", async () => {
  const { result, manifest } = await finalize(
    { mode: "raw", scenario: { files: ["hls", "mp4", "snapshots"] } },
    {
      verification: "probe",
      files: { expect: ["hls", "mp4", "snapshots"], uids: ["456", { uid: "123", tracks: ["audio", "video"] }] },
    },
  );
  assert.deepEqual(
    result.problems.filter(({ severity }) => severity === "error"),
    [],
  );
  assert.equal(result.outcome, "verified");
  assert.partialDeepStrictEqual(result.totals, { playlists: 2, segments: 12, mp4s: 2, snapshots: 4 });
  assert.equal(manifest?.recording.mode, "raw");
});

test("a segment that mode raw lost leaves the recording incomplete, after a sync stop that named its files", async () => {
  const { result } = await finalize(
    { mode: "raw", scenario: "lost" },
    { stop: { method: "sync" }, timeouts: { upload: "4s", backup: "4s" }, files: { uids: ["123", "456"] } },
  );
  assert.equal(result.outcome, "incomplete");
  assert.deepEqual(new Set(result.problems.map(({ check }) => check)), new Set(["segment-missing"]));
});

test("a web label of Chinese, longer than a channel, is verified", async () => {
  const { result } = await finalize({ mode: "web", cname: `${"课室 ".repeat(20)}https://a.example/?b` });
  assert.equal(result.outcome, "verified");
});

for (const { scenario, totals, checks } of [
  { scenario: "standard", totals: { playlists: 6, segments: 24 }, checks: [] },
  { scenario: "standard-sound-only", totals: { playlists: 5, segments: 18 }, checks: ["track-not-had"] },
  { scenario: "standard-web-sender", totals: { playlists: 6, segments: 24 }, checks: [] },
] as const) {
  for (const method of ["async", "sync"] as const) {
    test(`individual mode is verified with the files of ${scenario}, after a stop that was ${method}`, async () => {
      const { result } = await finalize(
        { mode: "individual", scenario },
        {
          stop: { method },
          verification: "hash",
          files: { uids: ["456", { uid: "123", tracks: ["audio", "video"] }] },
        },
      );
      assert.deepEqual(
        result.problems.map(({ check }) => check),
        checks,
      );
      assert.equal(result.outcome, "verified");
      assert.partialDeepStrictEqual(result.totals, totals);
    });
  }
}

for (const options of [
  { mode: "mix", cname: "lesson.7", scenario: "dashed-channel" },
  { mode: "individual", cname: "class{3A}", scenario: "dashed-channel" },
  { mode: "web", cname: "课".repeat(70), scenario: "unix-times" },
] as const) {
  test(`mode ${options.mode} is verified with the names of ${options.scenario}`, async () => {
    const { result } = await finalize(options, { verification: "probe" });
    assert.equal(result.outcome, "verified");
  });
}
