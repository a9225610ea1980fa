import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";

import { BucketError, type Bucket } from "../../src/bucket/bucket.ts";
import type { Expectation } from "../../src/recording/types.ts";
import { recordingKeys } from "../../src/recording/keys.ts";
import { MAX_PLAYLIST_BYTES } from "../../src/media/hls/media-playlist.ts";
import { joinScans, scanRecording } from "../../src/inventory/scan.ts";
import { expectation, playlist, scanOf, SID } from "../support/recordings/scans.ts";
import { testBucket } from "../support/test-bucket.ts";

const signal = AbortSignal.timeout(60_000);
const store = testBucket();

async function put(bucket: Bucket, objects: Record<string, string | Uint8Array>): Promise<void> {
  for (const [key, content] of Object.entries(objects)) {
    await bucket.put(key, Buffer.from(content), { signal, contentType: "application/octet-stream" });
  }
}

/** Scans the prefixes of every server. */
async function surveyOf(bucket: Bucket, wanted: Expectation, until = signal) {
  const keys = recordingKeys(wanted);
  const { own, failovers } = keys.listingPrefixes;
  return scanRecording({ bucket, signal: until }, { keys, prefixes: [...own, ...failovers.flat()] });
}

/** What a scan of a bucket with these objects below a prefix of its own finds; keys without the prefix. */
async function surveyed(prefix: string, objects: Record<string, string | Uint8Array>, named: string[] = []) {
  const bucket = await store();
  await put(bucket, Object.fromEntries(Object.entries(objects).map(([key, content]) => [prefix + key, content])));
  const wanted = expectation({ prefix, named: named.map((name) => ({ name })) });
  const found = await surveyOf(bucket, wanted);
  return { ...found, keys: found.objects.map(({ key }) => key.replace(prefix, "")) };
}

describe("scanRecording()", () => {
  test("finds the files of every failover set, sorted, and nothing else of the prefix", async () => {
    const { keys } = await surveyed("sets/", {
      [`${SID}_room.m3u8`]: playlist([]),
      [`${SID}_other`]: "foreign",
      [`bak0_${SID}_room.m3u8`]: playlist([]),
      [`bak2_${SID}_room_20240203052751685.ts`]: "media",
      [`${SID}.run.manifest.json`]: "{}",
      "unrelated_room.m3u8": playlist([]),
      [`deeper/${SID}_room.m3u8`]: playlist([]),
    });
    assert.deepEqual(keys, [
      `${SID}_other`,
      `${SID}_room.m3u8`,
      `bak0_${SID}_room.m3u8`,
      `bak2_${SID}_room_20240203052751685.ts`,
    ]);
  });

  test("reads every playlist, with the digest of what was read", async () => {
    const text = playlist(["a.ts"]);
    const { playlists, objects } = await surveyed("read/", { [`${SID}_room.m3u8`]: text });
    const [read, ...others] = playlists;
    assert.equal(others.length, 0);
    assert.equal(read?.sha256, createHash("sha256").update(text).digest("hex"));
    assert.deepEqual(read?.content.segments, [{ uri: "a.ts", durationSeconds: 15, discontinuity: false }]);
    assert.partialDeepStrictEqual(read, { etag: objects[0]?.etag, sizeBytes: text.length });
    assert.deepEqual(structuredClone(read), read, "an entry is facts without functions");
  });

  test("looks up what Agora named, whatever its stem, with or without the prefix, and never outside it", async () => {
    const outside = "outside/secret.m3u8";
    await put(await store(), { [outside]: playlist([]) });
    const { keys } = await surveyed(
      "named/",
      {
        "432ef_room.m3u8": playlist([]),
        "432ef_room_20240203052751685.ts": "media",
        "bak0_432ef_room.m3u8": playlist([]),
        "432ef_room.mpd": "mpd",
        "deeper/x_0.mp4": "mp4",
      },
      ["named/432ef_room.m3u8", "432ef_room.mpd", "deeper/x_0.mp4", `../${outside}`, `/${outside}`, outside],
    );
    assert.deepEqual(keys, [
      "432ef_room.m3u8",
      "432ef_room.mpd",
      "432ef_room_20240203052751685.ts",
      "bak0_432ef_room.m3u8",
      "deeper/x_0.mp4",
    ]);
  });

  test("describes the playlist that it read, not the one that was overwritten or deleted since the listing", async () => {
    const bucket = await store();
    const key = `moving/${SID}_room.m3u8`;
    await put(bucket, { [key]: playlist(["a.ts"], { ended: false }) });
    const moving: Bucket = {
      ...bucket,
      async list(prefix, listSignal) {
        const listing = await bucket.list(prefix, listSignal);
        if (key.startsWith(prefix)) await put(bucket, { [key]: playlist(["a.ts", "b.ts"]) });
        return listing;
      },
    };
    const { objects, playlists } = await surveyOf(moving, expectation({ prefix: "moving/" }));
    assert.equal(playlists[0]?.content.ended, true);
    assert.deepEqual(objects, (await bucket.list(key, signal)).objects);
  });

  test("does not read a playlist that is larger than any can be", async () => {
    const { keys, playlists } = await surveyed("large/", {
      [`${SID}_room.m3u8`]: new Uint8Array(MAX_PLAYLIST_BYTES + 1),
    });
    assert.equal(keys.length, 1);
    assert.deepEqual(
      playlists.map(({ sha256, content }) => [sha256, content.faults[0]?.check]),
      [[undefined, "playlist-unreadable"]],
    );
  });

  test("finds nothing in an empty prefix, and says when that was", async () => {
    const { objects, storeTime } = await surveyed("empty/", {});
    assert.deepEqual(objects, []);
    assert.ok(!Number.isNaN(Date.parse(storeTime)));
  });

  test("fails rather than return a part when a listing fails", async () => {
    const bucket = await store();
    const broken: Bucket = {
      ...bucket,
      async list(prefix, listSignal) {
        if (prefix.includes("bak2_")) throw new BucketError("Cannot list the bucket: 503", { kind: "unavailable" });
        return bucket.list(prefix, listSignal);
      },
    };
    await assert.rejects(surveyOf(broken, expectation()), BucketError);
  });

  test("ends at once when it is cancelled", async () => {
    await assert.rejects(surveyOf(await store(), expectation(), AbortSignal.abort()));
  });
});

describe("joinScans()", () => {
  const listed = scanOf({ "a/2": 1, "a/4": 1 });

  test("has every object once, sorted, with the earlier of the clocks", () => {
    const other = { ...scanOf({ "a/1": 1, "a/3": 1, "a/4": 1 }), storeTime: "2024-02-03T05:59:59.000Z" };
    const { objects, storeTime } = joinScans(listed, other);
    assert.deepEqual(
      objects.map(({ key }) => key),
      ["a/1", "a/2", "a/3", "a/4"],
    );
    assert.equal(storeTime, other.storeTime);
  });

  test("says the worst of what was not listed", () => {
    const unrecognized = { ...listed, unlisted: "unrecognized" as const };
    assert.equal(joinScans(listed, unrecognized).unlisted, "unrecognized");
    assert.equal(joinScans({ ...listed, unlisted: "unknown" }, unrecognized).unlisted, "unknown");
  });
});
