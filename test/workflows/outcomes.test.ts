import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { FinalizeInput, FinalizeResult, Manifest } from "../../src/client.ts";
import type { Recorded, RecordOptions } from "../../src/emulator/recording/record.ts";
import { testHarness } from "../support/harness.ts";

const harness = testHarness();

type Told = { recorded: Recorded; result: FinalizeResult; manifest: Manifest | undefined };

/** Records as told, finalizes, and reads the manifest where there is one. */
async function tell(options: RecordOptions, changes: Partial<FinalizeInput> = {}): Promise<Told> {
  const { emulator, recordings, input } = await harness();
  const recorded = await emulator.record(options);
  const recording = await recordings.finalize(input(recorded, changes));
  const result = await recording.result();
  return { recorded, result, manifest: await recording.manifest() };
}

/** Gives up soon, where the story is that something never comes. */
const IMPATIENT = { timeouts: { upload: "4s", backup: "4s" } } as const;
const SYNC = { stop: { method: "sync" } } as const;

describe("finalizeRecording() ends", () => {
  test("verified after a plain async stop, from the bucket alone", async () => {
    const { recorded, result, manifest } = await tell({ scenario: "plain" });
    assert.equal(result.outcome, "verified");
    assert.equal(result.level, "list");
    assert.equal(result.expectedFrom, "discovered");
    assert.equal(result.backup, null);
    assert.deepEqual(result.stop, { ...result.stop, status: "accepted", attempts: 1, uploadingStatus: null });
    assert.deepEqual(result.totals, { ...result.totals, files: 7, playlists: 1, segments: 6, durationSeconds: 11.52 });
    assert.deepEqual(result.problems, []);
    assert.match(result.manifest?.key ?? "", new RegExp(`^${recorded.sid}\\.[0-9a-f-]{36}\\.manifest\\.json$`));
    assert.equal(manifest?.playlists[0]?.ended, true);
    assert.equal(manifest.segments.count, 6);
  });

  test("verified after a sync stop whose list of files is final", async () => {
    const { result } = await tell(
      { scenario: "mp4", fileNamePrefix: ["a", "b"] },
      { ...SYNC, files: { fileNamePrefix: ["a", "b"], expect: ["hls", "mp4"] } },
    );
    assert.equal(result.outcome, "verified");
    assert.equal(result.expectedFrom, "agora");
    assert.equal(result.stop.uploadingStatus, "uploaded");
    assert.equal(result.totals?.mp4s, 1);
    assert.match(result.manifest?.key ?? "", /^a\/b\//);
  });

  test("verified with files that the query after the stop named, and says in its timeline who did", async () => {
    const { result, manifest } = await tell({ scenario: "query-after-stop" });
    assert.equal(result.outcome, "verified");
    assert.equal(result.expectedFrom, "agora");
    assert.ok(Date.parse(manifest?.checkedAt ?? "") >= Date.parse(result.stop.at), manifest?.checkedAt);
    assert.equal(manifest?.timeline.find(({ source }) => source === "query")?.what, "After the stop: 1 file named");
  });

  test("verified in individual mode, with the users whom it must hold", async () => {
    const { result, manifest } = await tell({ mode: "individual" }, { files: { uids: ["123", "456"] } });
    assert.equal(result.outcome, "verified");
    assert.equal(manifest?.playlists.length, 4);
  });

  test("verified in individual mode without uids, with a warning that a whole track could be missing", async () => {
    const { result } = await tell({ mode: "individual" });
    assert.equal(result.outcome, "verified");
    assert.deepEqual(
      result.problems.map(({ check, severity }) => [check, severity]),
      [["file-set-not-reported", "warning"]],
    );
  });

  test("verified in web mode, and for snapshots alone", async () => {
    const web = await tell({ mode: "web", scenario: "mp4" }, SYNC);
    assert.equal(web.result.outcome, "verified");
    const snapshots = await tell(
      { mode: "individual", scenario: "snapshots" },
      { files: { expect: ["snapshots"], uids: ["123"] } },
    );
    assert.equal(snapshots.result.outcome, "verified");
    assert.ok((snapshots.result.totals?.snapshots ?? 0) > 0);
  });

  test("verified when segments come late, however often it has to look", async () => {
    const { result } = await tell({ scenario: "late" });
    assert.equal(result.outcome, "verified");
    assert.equal(result.backup, null);
  });

  test("verified after a backup wait, by the playlist that the backup sent again", async () => {
    const { result, manifest } = await tell({ scenario: "backuped" }, SYNC);
    assert.equal(result.outcome, "verified");
    assert.equal(result.backup?.detectedBy, "stop");
    const [playlist] = manifest?.playlists ?? [];
    assert.match(playlist?.key ?? "", /_\d+_0\.m3u8$/);
    assert.equal(playlist?.candidates.length, 2);
  });

  test("verified after a backup wait that nobody announced, with no more than the stop and a query asked of Agora", async () => {
    const { recorded, result, manifest } = await tell(
      { scenario: { late: { parts: [4, 5], afterMs: 5000 } } },
      { timeouts: { upload: "3s", backup: "1m" } },
    );
    assert.equal(result.outcome, "verified");
    assert.equal(result.backup?.detectedBy, "inferred");
    const { emulator } = await harness();
    const asked = emulator.calls.filter(({ sid }) => sid === recorded.sid).map(({ endpoint }) => endpoint);
    assert.deepEqual(asked, ["stop", "query"]);
    assert.deepEqual(
      manifest?.timeline.map(({ source, what }) => `${source}: ${what}`),
      [
        "stop: The stop is accepted",
        "query: After the stop: 0 files named, the session is over",
        "bucket: The backup cloud holds files of this recording",
      ],
    );
  });

  test("verified over a failover, whose first playlist was cut", async () => {
    const { result, manifest } = await tell({ scenario: "failover" });
    assert.equal(result.outcome, "verified");
    assert.equal(manifest?.playlists.length, 2);
    assert.ok(result.problems.some(({ check }) => check === "cut-by-failover"));
  });

  for (const level of ["head", "probe", "hash"] as const) {
    test(`verified at level ${level}, for media that are sound`, async () => {
      const { result, manifest } = await tell({ scenario: "mp4" }, { ...SYNC, verification: level });
      assert.equal(result.outcome, "verified", JSON.stringify(result.problems));
      assert.equal(manifest?.level, level);
    });
  }

  test("incomplete when a segment never comes, and names it", async () => {
    const { result, manifest } = await tell({ scenario: "lost" }, IMPATIENT);
    assert.equal(result.outcome, "incomplete");
    assert.equal(result.backup?.detectedBy, "inferred");
    const [problem] = result.problems;
    assert.equal(problem?.check, "segment-missing");
    assert.ok(manifest?.playlists[0]?.missing.includes(problem.subject));
  });

  test("incomplete when a segment is empty, and when the playlist never ends", async () => {
    const empty = await tell({ scenario: "empty-segment" }, IMPATIENT);
    assert.equal(empty.result.outcome, "incomplete");
    assert.equal(empty.result.problems[0]?.check, "segment-empty");
    const unfinished = await tell({ scenario: "unfinished" }, IMPATIENT);
    assert.equal(unfinished.result.outcome, "incomplete");
    assert.equal(unfinished.result.problems[0]?.check, "playlist-unfinished");
  });

  test("damaged when all is there and a probe finds a segment cut off; a list cannot see that", async () => {
    const probed = await tell({ scenario: "damaged-segment" }, { verification: "probe" });
    assert.equal(probed.result.outcome, "damaged");
    assert.ok(probed.manifest);
    const listed = await tell({ scenario: "damaged-segment" });
    assert.equal(listed.result.outcome, "verified");
  });

  test("lost when Agora said backuped and nothing ever came", async () => {
    const { result, manifest } = await tell({ scenario: "backuped-nothing" }, { ...SYNC, ...IMPATIENT });
    assert.equal(result.outcome, "lost");
    assert.ok(manifest);
  });

  test("not-found, without a backup wait, when nobody knows anything of the recording; and says where it looked", async () => {
    const { result } = await tell(
      { scenario: "nothing-uploaded" },
      { timeouts: { upload: "4s" }, files: { fileNamePrefix: ["elsewhere"] } },
    );
    assert.equal(result.outcome, "not-found");
    assert.equal(result.backup, null);
    assert.equal(result.manifest, null);
    const [problem] = result.problems;
    assert.equal(problem?.check, "nothing-found");
    assert.match(problem.subject, /store default, bucket test-.*, prefix elsewhere\//);
  });

  test("empty when Agora recorded nothing and the bucket shows nothing", async () => {
    const { result } = await tell({ scenario: "nothing-recorded" });
    assert.equal(result.outcome, "empty");
    assert.equal(result.stop.status, "nothing-recorded");
    assert.equal(result.manifest, null);
  });

  test("unverified without a place to look, after the stop", async () => {
    const { result } = await tell({}, { files: null });
    assert.equal(result.outcome, "unverified");
    assert.equal(result.stop.status, "accepted");
    assert.equal(result.totals, null);
  });

  test("unverified when the store is away to the end, after waiting for it in backup too", async () => {
    const { result } = await tell(
      {},
      { files: { store: "away" }, timeouts: { upload: "1s", backup: "1s", verify: "1s" } },
    );
    assert.equal(result.outcome, "unverified");
    assert.equal(result.backup?.detectedBy, "inferred");
  });

  test("as it would have, with a problem, when only the manifest cannot be written", async () => {
    const { result } = await tell({}, { manifest: { store: "away" }, timeouts: { verify: "2s" } });
    assert.equal(result.outcome, "verified");
    assert.equal(result.manifest, null);
    assert.equal(result.problems[0]?.check, "manifest-not-written");
    assert.equal(result.totals?.segments, 6);
  });

  test("without overwriting what lies at a key that the caller chose", async () => {
    const { bucket } = await harness();
    const key = `mine-${crypto.randomUUID()}.json`;
    const signal = AbortSignal.timeout(10_000);
    await bucket.put(key, Buffer.from("somebody's"), { contentType: "text/plain", signal });
    const { result } = await tell({}, { manifest: { key } });
    assert.partialDeepStrictEqual(result, { outcome: "verified", manifest: null });
    assert.equal(result.problems[0]?.check, "manifest-not-written");
    assert.equal((await bucket.head(key, signal))?.sizeBytes, "somebody's".length);
  });
});

describe("finalizeRecording() reports a stop as", () => {
  test("accepted, not already-ended, when the answer to its own first call was lost", async () => {
    const { emulator } = await harness();
    const { recorded, result } = await tell({ scenario: "answer-lost" });
    assert.partialDeepStrictEqual(result, { stop: { status: "accepted" }, outcome: "verified" });
    assert.equal(result.stop.attempts, 2);
    assert.equal(emulator.calls.filter(({ endpoint, sid }) => endpoint === "stop" && sid === recorded.sid).length, 2);
  });

  test("accepted through a failover, a refused connection, a rate limit and an outage", async () => {
    for (const scenario of [
      "failover-grace",
      "connection-refused",
      "rate-limited",
      "unavailable",
      "not-completed",
    ] as const) {
      const { result } = await tell({ scenario });
      assert.partialDeepStrictEqual(result, { stop: { status: "accepted" }, outcome: "verified" }, scenario);
    }
  });

  test("accepted when a sync stop lost patience with the upload (50)", async () => {
    const { result } = await tell({ scenario: "sync-timeout" }, SYNC);
    assert.partialDeepStrictEqual(result, { stop: { status: "accepted" }, outcome: "verified" });
  });

  test("unconfirmed when there was no clear answer until its deadline; the files then tell", async () => {
    const stop = Array.from({ length: 9 }, () => ({ status: 503, body: "out of order" }));
    const { result } = await tell(
      { mode: "individual", scenario: { stop, segmentsBeforeStop: 6 } },
      { timeouts: { stop: "5s", upload: "4s", backup: "1s" } },
    );
    assert.equal(result.stop.status, "unconfirmed");
    assert.ok(result.stop.attempts >= 2);
    assert.equal(result.outcome, "incomplete");
  });

  test("not-sent when the recording has ended already", async () => {
    const { emulator, recordings } = await harness();
    const recorded = await emulator.record({ scenario: "gone" });
    await emulator.whenUploaded(recorded.sid);
    const { resourceId: _, ...recording } = recorded;
    const run = await recordings.finalize({ recording, stop: { method: "none" }, poll: { quiet: "0s" } });
    const result = await run.result();
    assert.partialDeepStrictEqual(result, { stop: { status: "not-sent" }, outcome: "verified" });
    assert.ok(!emulator.calls.some(({ endpoint, sid }) => endpoint === "stop" && sid === recorded.sid));
  });
});

describe("finalizeRecording() fails as", () => {
  const rejected = { status: 400, body: { code: 2, reason: "wrong" } };
  for (const { type, options, changes } of [
    { type: "StopRejected", options: { scenario: { stop: [rejected] } }, changes: {} },
    { type: "AccountUnknown", options: {}, changes: { recording: { account: "other" } } },
    { type: "StoreUnknown", options: {}, changes: { files: { store: "other" } } },
    { type: "InputInvalid", options: {}, changes: { timeouts: { backup: "11d" } } },
  ]) {
    test(`${type}, and sends nothing after that`, async () => {
      const { emulator, client, taskQueue, input } = await harness();
      const recorded = await emulator.record(options);
      const raw = { ...input(recorded), ...changes, recording: { ...recorded, ...changes.recording } };
      const run = client.workflow.execute("finalizeRecording", {
        args: [raw],
        taskQueue,
        workflowId: `recording-${recorded.sid}`,
      });
      await assert.rejects(
        run,
        (error: Error) => error.cause instanceof Error && "type" in error.cause && error.cause.type === type,
      );
      const stops = emulator.calls.filter(({ endpoint, sid }) => endpoint === "stop" && sid === recorded.sid);
      assert.equal(stops.length, type === "StopRejected" ? 1 : 0);
    });
  }

  test("CredentialsRejected only at the stop's deadline: a secret may be rotated back", async () => {
    const { emulator, recordings, input } = await harness();
    const stop = Array.from({ length: 9 }, () => ({
      status: 401,
      body: { message: "Invalid authentication credentials" },
    }));
    const recorded = await emulator.record({ mode: "individual", scenario: { stop } });
    const run = await recordings.finalize(input(recorded, { timeouts: { stop: "3s" } }));
    await assert.rejects(run.result(), { type: "CredentialsRejected" });
    await assert.rejects(run.stopped(), { type: "CredentialsRejected" });
  });
});
