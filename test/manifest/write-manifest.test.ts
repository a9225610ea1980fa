import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";

import { compareUtf8 } from "../../src/lib/canonical-json.ts";
import { readManifest } from "../../src/manifest/read-manifest.ts";
import { writeManifest } from "../../src/manifest/write-manifest.ts";
import { Segment } from "../../src/manifest/schema.ts";
import { manifestFacts, segment } from "../support/recordings/manifest-facts.ts";

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function written(facts = manifestFacts()) {
  const { bytes } = writeManifest(facts);
  return { manifest: readManifest(bytes, sha256(bytes)), text: Buffer.from(bytes).toString() };
}

describe("writeManifest()", () => {
  test("writes what its own reader accepts, with the digest of the bytes", () => {
    const { bytes, sha256: digest, sideFile } = writeManifest(manifestFacts());
    assert.equal(digest, sha256(bytes));
    assert.equal(sideFile, undefined);
    const manifest = readManifest(bytes, digest);
    assert.equal(manifest.version, 1);
    assert.equal(manifest.outcome, "verified");
    assert.equal(manifest.recording.resourceId, null);
    assert.deepEqual(manifest.problems, manifestFacts().problems);
  });

  test("gives the same bytes whatever the order of fields, of files and of the store's clock", () => {
    const facts = manifestFacts();
    const { inventory, recording, stop, ...rest } = facts;
    const { sid, ...named } = recording;
    const shuffled = {
      stop,
      ...rest,
      inventory: {
        ...inventory,
        storeTime: "2026-11-24T00:00:00.000Z",
        mp4s: inventory.mp4s.toReversed(),
        unrecognized: inventory.unrecognized.toReversed(),
        playlists: inventory.playlists.map((playlist) => ({ ...playlist, segments: playlist.segments.toReversed() })),
      },
      recording: { ...named, sid },
    };
    assert.equal(written(shuffled).text, written(facts).text);
  });

  test("sorts fields and files by UTF-8 bytes, not by UTF-16 units", () => {
    const { manifest, text } = written();
    const names = [...text.matchAll(/^ {2}"(\w+)":/gm)].map(([, name]) => name ?? "");
    assert.deepEqual(names, names.toSorted(compareUtf8));
    assert.deepEqual(
      manifest.mp4s.map((file) => file.key),
      ["calls/sid1_room_0.mp4", "calls/sid1_room_1.mp4"],
    );
    assert.deepEqual(
      manifest.foreign.map((file) => file.key),
      ["calls/sid1_\uFF01.txt", "calls/sid1_\u{1F600}.txt"],
    );
    assert.ok(text.endsWith("\n}\n"));
  });

  test("rounds durations to microseconds, so that a sum has no binary dust", () => {
    const { manifest } = written();
    assert.equal(manifest.totals.durationSeconds, 0.3);
    assert.equal(manifest.playlists[0]?.durationSeconds, 0.3);
  });

  test("keeps 1000 segments inline and puts 1001 into a side file", () => {
    const facts = manifestFacts();
    const [playlist] = facts.inventory.playlists;
    assert.ok(playlist);
    playlist.segments = Array.from({ length: 1000 }, (_, index) => segment(String(index).padStart(17, "0"), 15.019));
    assert.equal(writeManifest(facts).sideFile, undefined);

    playlist.segments.push(segment("99999999999999999", 15.019));
    const { bytes, sideFile } = writeManifest(facts);
    assert.ok(sideFile);
    assert.equal(sideFile.key, "calls/sid1.run1.manifest.segments.jsonl");
    assert.equal(sideFile.sha256, sha256(sideFile.bytes));
    assert.deepEqual(readManifest(bytes, sha256(bytes)).segments, {
      count: 1001,
      sideFile: { key: sideFile.key, sha256: sideFile.sha256, bytes: sideFile.bytes.length },
    });
    const lines = Buffer.from(sideFile.bytes).toString().trimEnd().split("\n");
    assert.equal(lines.length, 1001);
    for (const line of lines) Segment.parse(JSON.parse(line));
  });

  test("lists the first thousand problems and ten thousand missing files, and counts them all", () => {
    const facts = manifestFacts();
    const [playlist] = facts.inventory.playlists;
    const [problem] = facts.problems;
    assert.ok(playlist && problem);
    playlist.missing = Array.from({ length: 230_000 }, (_, index) => `${playlist.stem}_${index}.ts`);
    const { manifest } = written({ ...facts, problems: Array.from({ length: 230_000 }, () => problem) });
    assert.deepEqual([manifest.problems.length, manifest.problemCount], [1000, 230_000]);
    const [listed] = manifest.playlists;
    assert.deepEqual([listed?.missing.length, listed?.missingCount], [10_000, 230_000]);
  });

  test("is the same where an earlier attempt wrote it at a key that begins like the recording's", () => {
    const key = "calls/sid1_mine.json";
    const first = written({ ...manifestFacts(), key });
    const facts = { ...manifestFacts(), key };
    for (const own of [key, "calls/sid1_mine.segments.jsonl"]) {
      facts.inventory.unrecognized.push({
        key: own,
        sizeBytes: 9,
        etag: "e",
        lastModified: "2026-11-23T12:00:20.000Z",
      });
    }
    assert.equal(written(facts).text, first.text);
  });

  test("keeps the version of each file, and the moment of the check", () => {
    const facts = { ...manifestFacts(), checkedAt: "2026-11-23T12:01:02.000Z" };
    for (const entry of [...facts.inventory.mp4s, ...facts.inventory.playlists.flatMap(({ segments }) => segments)])
      entry.versionId = "v1";
    const { manifest } = written(facts);
    assert.equal(manifest.checkedAt, facts.checkedAt);
    assert.equal(manifest.mp4s[0]?.versionId, "v1");
    assert.ok("entries" in manifest.segments && manifest.segments.entries.every(({ versionId }) => versionId === "v1"));
  });

  test("refuses facts that are no manifest instead of writing them", () => {
    const facts = manifestFacts();
    facts.inventory.totals.durationSeconds = Number.NaN;
    assert.throws(() => writeManifest(facts));
  });
});

describe("readManifest()", () => {
  test("refuses bytes that differ in one place", () => {
    const { bytes, sha256: promised } = writeManifest(manifestFacts());
    const changed = Buffer.from(Buffer.from(bytes).toString().replace("verified", "damaged "));
    assert.throws(() => readManifest(changed, promised), /^Error: Cannot believe the manifest: its SHA-256 is/);
  });

  for (const [what, text, message] of [
    ["what is no JSON", "{", "Cannot read the manifest: it is not JSON"],
    ["a document of another kind", '{"schema":"x"}', /^Cannot read the manifest: schema: /],
  ] as const) {
    test(`refuses ${what}, even with the right digest`, () => {
      const bytes = Buffer.from(text);
      assert.throws(() => readManifest(bytes, sha256(bytes)), { message });
    });
  }

  test("reads a manifest with fields that a later writer added", () => {
    const bytes = Buffer.from(written().text.replace("{", '{"added": 1,'));
    assert.equal(readManifest(bytes, sha256(bytes)).recording.sid, "sid1");
  });
});
