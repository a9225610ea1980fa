/** A recording of real media in a store, and the inventory of it. */
import type { Bucket, StoredObject } from "../../../src/bucket/bucket.ts";
import {
  mp4MediaName,
  readMedia,
  SEGMENT_SECONDS,
  segmentMediaName,
  SNAPSHOT_MEDIA,
} from "../../../src/emulator/recording/media.ts";
import { segmentContainer } from "../../../src/agora/names/file-names.ts";
import type { Inventory } from "../../../src/recording/types.ts";

/** Twelve segments of a mix, two MP4s and a snapshot, by the names that they get in the store. */
export async function mixedRecording(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (let index = 0; index < 12; index += 1) {
    files.set(`${String(index).padStart(2, "0")}.ts`, await readMedia(segmentMediaName("mix", index)));
  }
  files.set("0.mp4", await readMedia(mp4MediaName(0)));
  files.set("1.mp4", await readMedia(mp4MediaName(1)));
  files.set("snapshot.jpg", await readMedia(SNAPSHOT_MEDIA));
  return files;
}

/** Puts the files under a prefix, and gives the inventory of what the store then lists; every segment counts as 1.92 s. */
export async function storeRecording(
  bucket: Bucket,
  prefix: string,
  files: Map<string, Uint8Array>,
): Promise<Inventory> {
  const signal = AbortSignal.timeout(30_000);
  for (const [name, bytes] of [["room.m3u8", Buffer.from("#EXTM3U\n")] as const, ...files]) {
    await bucket.put(prefix + name, bytes, { signal, contentType: "application/octet-stream" });
  }
  const { objects, storeTime } = await bucket.list(prefix, signal);
  return inventoryOf(objects, storeTime);
}

function inventoryOf(objects: StoredObject[], storeTime: string): Inventory {
  const ending = (...endings: string[]) => objects.filter(({ key }) => endings.some((end) => key.endsWith(end)));
  const segments = ending(".ts", ".webm").map((object) => ({
    ...object,
    container: segmentContainer(object.key),
    durationSeconds: SEGMENT_SECONDS,
    discontinuity: false,
  }));
  const durationSeconds = segments.length * SEGMENT_SECONDS;
  return {
    playlists: ending(".m3u8").map((object) => ({
      ...object,
      sha256: "a".repeat(64),
      stem: object.key.replace(".m3u8", ""),
      track: null,
      failover: null,
      candidates: [object.key],
      chosenBecause: "the only one",
      ended: true,
      superseded: false,
      targetDurationSeconds: 2,
      durationSeconds,
      segments,
      missing: [],
    })),
    mp4s: ending(".mp4"),
    mp3s: [],
    snapshots: ending(".jpg"),
    notInForce: [],
    unrecognized: [],
    problems: [],
    present: objects.length,
    expected: objects.length,
    complete: true,
    waitingFor: [],
    newest: objects[0]?.lastModified ?? null,
    storeTime,
    totals: { files: 0, bytes: 0, playlists: 0, segments: 0, mp4s: 0, mp3s: 0, snapshots: 0, durationSeconds },
  };
}
