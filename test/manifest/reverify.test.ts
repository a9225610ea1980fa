import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Bucket } from "../../src/bucket/bucket.ts";
import { writeManifest } from "../../src/manifest/write-manifest.ts";
import { inspectRecording } from "../../src/inventory/inspect.ts";
import { putManifest } from "../../src/manifest/put-manifest.ts";
import { reverifyManifest } from "../../src/manifest/reverify.ts";
import {
  copy,
  cutOut,
  edit,
  playlist,
  type Change,
  earlier,
  remove,
  replace,
  resent,
  segment,
} from "../support/recordings/changes.ts";
import { soundRecording, SID, type RecordingOptions } from "../support/recordings/sound-recording.ts";
import { manifestFacts } from "../support/recordings/manifest-facts.ts";
import { testBucket } from "../support/test-bucket.ts";

const store = testBucket();
const signal = AbortSignal.timeout(120_000);
const MIX_STEM = `${SID}_room`;

type Options = RecordingOptions & { manifestName?: string };

/** A recording in a store, and its manifest. */
async function finished(
  prefix: string,
  { manifestName = `${SID}.run.manifest.json`, ...options }: Options = {},
  change: Change = () => undefined,
) {
  const bucket: Bucket = await store();
  const stored = await soundRecording(options);
  change(stored);
  for (const [name, bytes] of stored.objects) await put(bucket, prefix + name, bytes);

  const expectation = { ...stored.expectation, prefix };
  const inventory = await inspectRecording({ bucket, signal }, { expectation });
  const { sid, cname, mode } = expectation;
  const { recording, ...facts } = manifestFacts();
  const key = prefix + manifestName;
  const written = writeManifest({
    ...facts,
    key,
    prefix,
    recording: { ...recording, sid, cname, mode },
    inventory,
    problems: inventory.problems,
  });
  await putManifest(bucket, { key, ...written, mayOverwrite: true, signal });
  return { bucket, key, stored, written, prefix };
}

type Finished = Awaited<ReturnType<typeof finished>>;

async function put(bucket: Bucket, key: string, bytes: Uint8Array | string): Promise<void> {
  await bucket.put(key, Buffer.from(bytes), { signal, contentType: "application/octet-stream" });
}

/** What has changed, with keys without the prefix. */
async function changes({ bucket, key, written, prefix }: Finished, bytes = written.bytes) {
  const manifest = { key, bytes, sha256: written.sha256 };
  const found = await reverifyManifest({ manifest, openFiles: () => bucket, signal });
  return { ...found, changes: found.changes.map((change) => [change.kind, change.key.replace(prefix, "")]) };
}

describe("reverifyManifest()", () => {
  test("finds nothing changed where nothing has", async () => {
    const found = await changes(await finished("same/"));
    assert.deepEqual(found, { unchanged: true, checked: 5, changes: [] });
  });

  test("finds every file that is gone, of another size, replaced, rewritten or new, by key", async () => {
    const recording = await finished("moved/");
    const { bucket, stored, prefix } = recording;
    const names = [0, 1, 2].map((index) => segment(index)(stored));
    const [first = "", second = "", third = ""] = names;
    const bytes = (name: string) => Buffer.from(stored.objects.get(name) ?? assert.fail(name));
    await put(bucket, prefix + first, bytes(first).subarray(188));
    await put(bucket, prefix + second, bytes(second).toReversed());
    await put(bucket, `${prefix}${MIX_STEM}_0.mp4`, "late");
    const { unchanged, changes: found } = await changes(recording);
    assert.equal(unchanged, false);
    assert.deepEqual(found, [
      ["added", `${MIX_STEM}_0.mp4`],
      ["resized", first],
      ["replaced", second],
    ]);

    const missing: Bucket = {
      ...bucket,
      async list(start, listSignal) {
        const listing = await bucket.list(start, listSignal);
        const objects = listing.objects.flatMap((object) => {
          if (object.key === `${prefix}${MIX_STEM}.m3u8`) return [];
          return object.key === prefix + third ? { ...object, lastModified: "2030-01-01T00:00:00.000Z" } : object;
        });
        return { ...listing, objects };
      },
    };
    assert.deepEqual((await changes({ ...recording, bucket: missing })).changes, [
      ["missing", `${MIX_STEM}.m3u8`],
      ["added", `${MIX_STEM}_0.mp4`],
      ["resized", first],
      ["replaced", second],
      ["rewritten", third],
    ]);
  });

  test("does not take for new what was there and is no entry", async () => {
    const recording = await finished("besides/", {}, (stored) => {
      copy(playlist(), resent(0))(stored);
      edit(resent(0), earlier(1))(stored);
      edit(playlist(), (text) => text.replace(segment(1)(stored), segment(0)(stored)))(stored);
      replace(segment(3), () => "")(stored);
    });
    assert.deepEqual(await changes(recording), { unchanged: true, checked: 6, changes: [] });
  });

  test("finds what changed among the files that are not in force", async () => {
    const recording = await finished("replaced/", {}, (stored) => {
      copy(playlist(), resent(0))(stored);
      edit(resent(0), earlier(1))(stored);
      edit(playlist(), (text) => cutOut(text, 1))(stored);
    });
    const [old, orphan] = [resent(0)(recording.stored), segment(1)(recording.stored)];
    await put(recording.bucket, recording.prefix + old, "other text");
    await put(recording.bucket, recording.prefix + orphan, "other bytes");
    assert.deepEqual((await changes(recording)).changes, [
      ["resized", old],
      ["resized", orphan],
    ]);
  });

  test("finds what Agora named by another id, when it arrives after the end", async () => {
    const recording = await finished("named/", { expects: { named: [{ name: "432ef_room.m3u8" }] } });
    await put(recording.bucket, `${recording.prefix}432ef_room.m3u8`, "#EXTM3U\n");
    assert.deepEqual((await changes(recording)).changes, [["added", "432ef_room.m3u8"]]);
  });

  test("does not take the manifest for new, also when it comes from a file and its key begins like the recording's", async () => {
    const recording = await finished("own/", { manifestName: `${SID}_mine.json` });
    const saved = { ...recording, key: "saved.json" };
    assert.deepEqual(await changes(saved), { unchanged: true, checked: 5, changes: [] });
  });

  test("says when a segment came that had been missing", async () => {
    const recording = await finished("late/", {}, remove(segment(1)));
    const late = JSON.parse(Buffer.from(recording.written.bytes).toString()).playlists[0].missing[0];
    await put(recording.bucket, late, "late");
    assert.deepEqual((await changes(recording)).changes, [["added", late.replace("late/", "")]]);
  });

  test("tells what is new among the recording's files where there are too many others, and nothing where these hide them", async () => {
    const recording = await finished("crowded/");
    const { bucket, prefix } = recording;
    await put(bucket, `${prefix}${SID}_notes.txt`, "foreign");
    await put(bucket, `${prefix}${MIX_STEM}_0.mp4`, "late");
    const crowded = (isCut: (start: string) => boolean): Finished => ({
      ...recording,
      bucket: {
        ...bucket,
        list: async (start, listSignal) => ({ ...(await bucket.list(start, listSignal)), complete: !isCut(start) }),
      },
    });
    const found = await changes(crowded((start) => start === `${prefix}${SID}_`));
    assert.deepEqual(found.changes, [["added", `${MIX_STEM}_0.mp4`]]);
    await assert.rejects(changes(crowded(() => true)), {
      name: "BucketError",
      message: `Cannot recheck the files in bucket "${bucket.name}": the listing is too long`,
    });
  });

  test("finds a manifest that was edited, and believes nothing of it", async () => {
    const recording = await finished("edited/");
    const edited = Buffer.from(Buffer.from(recording.written.bytes).toString().replace("verified", "damaged "));
    const found = await changes(recording, edited);
    assert.deepEqual(found, {
      unchanged: false,
      checked: 0,
      changes: [["manifest-edited", `${SID}.run.manifest.json`]],
    });
  });

  test(
    "reads more than 1,000 segments from the side file, and finds it edited, cut or gone",
    { timeout: 120_000 },
    async () => {
      const recording = await finished("many/", { segments: 1001 });
      const side = recording.written.sideFile ?? assert.fail("no side file");
      assert.deepEqual(await changes(recording), { unchanged: true, checked: 1002, changes: [] });

      const name = `${SID}.run.manifest.segments.jsonl`;
      await put(recording.bucket, side.key, Buffer.from(side.bytes).fill("x", 100, 101));
      assert.deepEqual((await changes(recording)).changes, [["side-file-edited", name]]);
      await put(recording.bucket, side.key, Buffer.from(side.bytes).subarray(1));
      assert.deepEqual((await changes(recording)).changes, [["side-file-edited", name]]);
      const gone: Bucket = { ...recording.bucket, get: async () => undefined };
      assert.deepEqual((await changes({ ...recording, bucket: gone })).changes, [["side-file-missing", name]]);
    },
  );
});
