import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";

import { type Bucket, BucketError, type ObjectHead } from "../../src/bucket/bucket.ts";
import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import type { Level } from "../../src/contract/problem.ts";
import { mp4MediaName, readMedia, segmentMediaName } from "../../src/emulator/recording/media.ts";
import type { Inventory } from "../../src/recording/types.ts";
import { verifyFiles } from "../../src/verify/verify-files.ts";
import { mixedRecording, storeRecording } from "../support/recordings/stored-recording.ts";
import { buildWebm } from "../support/recordings/webm.ts";
import { startReplayStore } from "../bucket/replay-store.ts";
import { testBucket } from "../support/test-bucket.ts";

const store = testBucket();
const encode = (text: string) => new TextEncoder().encode(text);
const segment = (index: number) => readMedia(segmentMediaName("mix", index));

/** Stores a mix, with some of its files replaced, and examines it. */
async function examined(prefix: string, changes: Record<string, Uint8Array>, level: Level) {
  const bucket = await store();
  const files = new Map([...(await mixedRecording()), ...Object.entries(changes)]);
  const inventory = await storeRecording(bucket, prefix, files);
  const progress: [number, number][] = [];
  const found = await verifyFiles(
    { bucket, signal: AbortSignal.timeout(60_000) },
    {
      inventory,
      level,
      onProgress: (...step) => progress.push(step),
    },
  );
  return { ...found, progress, files, prefix };
}

/** What a bucket that keeps versions says as well: the test's store keeps none. */
function addVersion<Found extends ObjectHead>(found: Found | undefined): Found | undefined {
  return found && { ...found, versionId: `version of ${found.key}` };
}

function checks({ problems, prefix }: Awaited<ReturnType<typeof examined>>): string[] {
  return problems.map(({ check, severity, subject }) => `${severity} ${check} ${subject.replace(prefix, "")}`);
}

describe("verifyFiles()", () => {
  test("asks nothing of the store at level list", async () => {
    const bucket = await store();
    const inventory = await storeRecording(bucket, "list/", await mixedRecording());
    const found = await verifyFiles({ bucket, signal: AbortSignal.abort() }, { inventory, level: "list" });
    assert.deepEqual(found, { inventory, problems: [] });
  });

  for (const level of ["head", "probe", "hash"] as const) {
    test(`blames the store at level ${level} once when it makes all ETags anew`, async () => {
      const bucket = await store();
      const signal = AbortSignal.timeout(60_000);
      const found = await storeRecording(bucket, `etags-${level}/`, await mixedRecording());
      const listed = found.playlists.map((playlist) => ({
        ...playlist,
        segments: playlist.segments.map((entry) => ({ ...entry, etag: "0cc175b9c0f1b6a831c399e269772661" })),
      }));
      const { problems } = await verifyFiles({ bucket, signal }, { inventory: { ...found, playlists: listed }, level });
      assert.deepEqual(
        problems.map(({ check, severity, subject }) => [check, severity, subject]),
        [["store-etags-differ", "warning", bucket.name]],
      );
    });

    test(`finds nothing wrong with a sound recording at level ${level}`, async () => {
      const found = await examined(`sound-${level}/`, {}, level);
      assert.deepEqual(found.problems, []);
      assert.deepEqual(found.progress.at(-1), [16, 16]);
    });

    test(`finds at level ${level} that a file was overwritten or is gone since the listing`, async () => {
      const bucket = await store();
      const inventory = await storeRecording(bucket, `changed-${level}/`, await mixedRecording());
      const signal = AbortSignal.timeout(60_000);
      const sameSize = (await segment(3)).toReversed();
      await bucket.put(`changed-${level}/03.ts`, sameSize, { signal, contentType: "video/mp2t" });
      await bucket.put(`changed-${level}/0.mp4`, encode("else"), { signal, contentType: "video/mp4" });
      const gone: Inventory = {
        ...inventory,
        snapshots: inventory.snapshots.map((entry) => ({ ...entry, key: "changed/x.jpg" })),
      };
      const { problems } = await verifyFiles({ bucket, signal }, { inventory: gone, level });
      assert.deepEqual(
        problems.map(({ check, severity, subject }) => [check, severity, subject]),
        [
          ["object-changed", "error", `changed-${level}/03.ts`],
          ["object-changed", "error", `changed-${level}/0.mp4`],
          ["object-changed", "error", "changed/x.jpg"],
        ],
      );
      assert.equal(problems[2]?.observed, "gone");
    });
  }

  test("learns the checksum that the store keeps from level head on", async () => {
    const { inventory } = await examined("checksums/", {}, "head");
    const bucket = await store();
    const [playlist] = inventory.playlists;
    for (const entry of [playlist, playlist?.segments[0], inventory.mp4s[0], inventory.snapshots[0]]) {
      assert.ok(entry);
      const kept = await bucket.head(entry.key, AbortSignal.timeout(10_000));
      assert.deepEqual(entry.checksum, kept?.checksum);
      assert.equal(Object.hasOwn(entry, "checksum"), kept?.checksum !== undefined);
    }
  });

  for (const level of ["head", "probe", "hash"] as const) {
    test(`learns the version of each file at level ${level}`, async () => {
      const bucket = await store();
      const inventory = await storeRecording(bucket, `versions-${level}/`, await mixedRecording());
      const signal = AbortSignal.timeout(60_000);
      const versioned: Bucket = {
        ...bucket,
        head: async (key, end) => addVersion(await bucket.head(key, end)),
        get: async (key, options) => addVersion(await bucket.get(key, options)),
      };
      const { inventory: found } = await verifyFiles({ bucket: versioned, signal }, { inventory, level });
      const entries = [...found.playlists.flatMap(({ segments }) => segments), ...found.mp4s, ...found.snapshots];
      assert.deepEqual(
        entries.map(({ versionId }) => versionId),
        entries.map(({ key }) => `version of ${key}`),
      );
    });
  }

  test("learns the SHA-256 of every byte at level hash, and of none below", async () => {
    const { inventory, files, prefix } = await examined("hashed/", {}, "hash");
    const entries = [
      ...inventory.playlists.flatMap(({ segments }) => segments),
      ...inventory.mp4s,
      ...inventory.snapshots,
    ];
    assert.equal(entries.length, files.size);
    for (const { key, sha256 } of entries) {
      const bytes = files.get(key.replace(prefix, "")) ?? assert.fail(key);
      assert.equal(sha256, createHash("sha256").update(bytes).digest("hex"));
    }
    const playlistDigest = createHash("sha256").update("#EXTM3U\n").digest("hex");
    assert.ok(inventory.playlists.every((entry) => entry.sha256 === playlistDigest));
    const probed = await examined("hashed/", {}, "probe");
    assert.ok(probed.inventory.mp4s.every((entry) => entry.sha256 === undefined));
  });

  test("finds every segment that is no media, cut, too short or there twice", async () => {
    const found = await examined(
      "segments/",
      {
        "02.ts": encode("<Error><Code>NoSuchKey</Code></Error>".padEnd(188 * 4, " ")),
        "04.ts": (await segment(4)).subarray(0, -1),
        "06.ts": (await segment(6)).subarray(0, 188 * 4),
        "09.ts": await segment(8),
        "12.webm": buildWebm({ seconds: 2, index: 0 }),
        "13.webm": encode("no WebM"),
      },
      "probe",
    );
    assert.deepEqual(checks(found), [
      "error segment-not-media 02.ts",
      "error segment-truncated 04.ts",
      "warning segment-stream-missing 06.ts",
      "warning segment-duration-unproven 06.ts",
      "error segment-not-media 13.webm",
      "error segment-repeated 09.ts",
      "error mp4-duration room",
    ]);
  });

  test("does not take segments for equal that only begin alike and have the same size", async () => {
    const first = await segment(8);
    const other = Buffer.concat([Buffer.alloc(188 * 70), first]);
    const twin = Buffer.from(other);
    other.set(first.subarray(0, 188 * 8));
    twin.set(first.subarray(0, 188 * 8));
    twin[twin.length - 1] = 0;
    const found = await examined("alike/", { "10.ts": other, "11.ts": twin }, "probe");
    assert.ok(!checks(found).some((check) => check.includes("segment-repeated")));
  });

  test("measures a segment that is longer than what it reads, by its head and its tail", async () => {
    const bucket = await store();
    const whole = Buffer.concat(
      [...(await mixedRecording())].filter(([name]) => name.endsWith(".ts")).map(([, bytes]) => bytes),
    );
    assert.ok(whole.length > (64 + 350) * 188);
    const inventory = await storeRecording(bucket, "long/", new Map([["00.ts", whole]]));
    const { problems } = await verifyFiles(
      { bucket, signal: AbortSignal.timeout(60_000) },
      { inventory, level: "probe" },
    );
    const length = problems.find(({ check }) => check === "segment-duration-unproven");
    assert.match(length?.observed ?? "", /^2[23]\.\d{3} s$/);
  });

  test("finds MP4s and snapshots that are broken", async () => {
    const sound = Buffer.from(await readMedia(mp4MediaName(0)));
    const found = await examined(
      "movies/",
      {
        "0.mp4": sound.subarray(0, -100),
        "1.mp4": sound.subarray(0, sound.readUInt32BE(0)),
        "2.mp4": encode("\0\0\0\x0cfreexxxx"),
        "snapshot.jpg": encode("no picture"),
      },
      "probe",
    );
    assert.deepEqual(checks(found), [
      "error mp4-truncated 0.mp4",
      "error mp4-unfinished 1.mp4",
      "error mp4-not-media 2.mp4",
      "error snapshot-not-media snapshot.jpg",
    ]);
  });

  test("finds that the MP4s play shorter than the playlists", async () => {
    const bucket = await store();
    const files = await mixedRecording();
    files.delete("1.mp4");
    const inventory = await storeRecording(bucket, "duration/", files);
    const { problems } = await verifyFiles(
      { bucket, signal: AbortSignal.timeout(60_000) },
      { inventory, level: "probe" },
    );
    assert.deepEqual(problems, [
      {
        check: "mp4-duration",
        severity: "error",
        subject: "duration/room",
        expected: "23.040 s, as the playlists say",
        observed: "11.520 s in 1 MP4s",
      },
    ]);
  });

  test("does not hold MP4s against the playlists of single users", async () => {
    const bucket = await store();
    const files = await mixedRecording();
    files.delete("1.mp4");
    const { playlists, ...rest } = await storeRecording(bucket, "tracks/", files);
    const tracks = playlists.map((playlist) => ({ ...playlist, track: { uid: "1", type: "av" } }));
    const inventory = { ...rest, playlists: tracks };
    const { problems } = await verifyFiles(
      { bucket, signal: AbortSignal.timeout(60_000) },
      { inventory, level: "probe" },
    );
    assert.deepEqual(problems, []);
  });

  test("says nothing of an empty file, which the inventory counts as missing", async () => {
    const { problems } = await examined("empty/", { "0.mp4": encode(""), "snapshot.jpg": encode("") }, "hash");
    assert.deepEqual(problems, []);
  });

  test("passes a store's error on, instead of blaming the files", async () => {
    const inventory = await storeRecording(await store(), "denied/", await mixedRecording());
    const denied = await store({ secretKey: "wrong" });
    const signal = AbortSignal.timeout(60_000);
    await assert.rejects(verifyFiles({ bucket: denied, signal }, { inventory, level: "probe" }), BucketError);
  });

  for (const level of ["probe", "hash"] as const) {
    test(`names a file at level ${level} that the store has and does not give, and checks the rest`, async (t) => {
      const files = await mixedRecording();
      const inventory = await storeRecording(await store(), `archived-${level}/`, files);
      const archived = inventory.playlists[0]?.segments[1]?.key;
      const held = (key: string) => files.get(key.slice(key.lastIndexOf("/") + 1)) ?? encode("#EXTM3U\n");
      const entries = [
        ...inventory.playlists,
        ...inventory.playlists.flatMap(({ segments }) => segments),
        ...inventory.mp4s,
        ...inventory.snapshots,
      ];
      const etags = new Map(entries.map(({ key, etag, lastModified }) => [key, { etag, lastModified }]));
      const { settings } = await startReplayStore(t, ({ key, method, headers }) => {
        const bytes = held(key);
        const { etag = "", lastModified = "" } = etags.get(key) ?? {};
        const fields = { etag: `"${etag}"`, "last-modified": new Date(lastModified).toUTCString() };
        if (method === "HEAD") return { headers: { ...fields, "content-length": String(bytes.length) } };
        if (key === archived) return { status: 403, body: "<Error><Code>InvalidObjectState</Code></Error>" };
        const [, first, last] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? "") ?? [];
        if (first === undefined) return { headers: fields, body: bytes };
        const range = `bytes ${first}-${Math.min(Number(last), bytes.length - 1)}/${bytes.length}`;
        const body = bytes.subarray(Number(first), Number(last) + 1);
        return { status: 206, headers: { ...fields, "content-range": range }, body };
      });
      const { problems } = await verifyFiles(
        { bucket: createS3Bucket(settings), signal: AbortSignal.timeout(60_000) },
        { inventory, level },
      );
      assert.deepEqual(
        problems.map(({ check, subject }) => [check, subject]),
        [["file-unreadable", archived]],
      );
      assert.match(problems[0]?.observed ?? "", /InvalidObjectState/);
    });
  }

  test("ends when its caller gives up", async () => {
    const bucket = await store();
    const inventory = await storeRecording(bucket, "abort/", await mixedRecording());
    const controller = new AbortController();
    const examining = verifyFiles(
      { bucket, signal: controller.signal },
      {
        inventory,
        level: "hash",
        onProgress: () => controller.abort(new Error("given up")),
      },
    );
    await assert.rejects(examining, { message: "given up" });
  });
});
