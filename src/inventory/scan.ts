/**
 * What lies in the bucket: everything of the recording, or of some sets of it, and every playlist read.
 *
 * Agora overwrites a playlist until the recording ends, so it may change between the listing and the reading.
 * What was read counts then: size, ETag and digest always describe the same bytes.
 */

import type { Bucket, StoredObject } from "../bucket/bucket.ts";
import { BodyTooLargeError, readAll } from "../lib/read-all.ts";
import { sha256Hex } from "../lib/sha256.ts";
import { compareUtf8 } from "../lib/canonical-json.ts";
import { mapConcurrently } from "../lib/map-concurrently.ts";
import type { Entry } from "../recording/types.ts";
import { earliest, listRecording, type RecordingListing } from "./list-recording.ts";
import type { RecordingKeys } from "../recording/keys.ts";
import type { ParsedPlaylist } from "../media/hls/types.ts";
import { MAX_PLAYLIST_BYTES, parsePlaylist, tooLarge } from "../media/hls/media-playlist.ts";

/** A playlist and what it says. It has no digest when it was too large to be read. */
export type ReadPlaylist = Entry & { content: ParsedPlaylist };

export type Scan = {
  /** Every object found, playlists included, sorted by the UTF-8 bytes of the key. */
  objects: StoredObject[];
  playlists: ReadPlaylist[];
  /** The store's clock, at the earliest of the listings. ISO 8601, UTC. */
  storeTime: string;
  /** What may lie there besides, because a listing was too long. */
  unlisted: RecordingListing["unlisted"];
};

const REQUESTS_AT_ONCE = 4;

/**
 * Surveys what begins with these of the naming's prefixes. Throws the port's `BucketError` when it could not look everywhere:
 * part of it proves nothing.
 */
export async function scanRecording(
  bucket: Bucket,
  { naming, prefixes }: { naming: RecordingKeys; prefixes: string[] },
  signal: AbortSignal,
): Promise<Scan> {
  const { objects: found, storeTime, unlisted } = await listRecording(bucket, { naming, prefixes }, signal);
  const listed = [...found.values()].filter(({ key }) => naming.parseKey(key)?.file.kind === "playlist");
  const read = await mapConcurrently(listed, {
    limit: REQUESTS_AT_ONCE,
    work: (object) => readPlaylist(bucket, object, signal),
  });
  const playlists = read.filter((playlist) => playlist !== undefined);

  for (const { key } of listed) found.delete(key); // one that is gone by now is not there
  for (const { key, sizeBytes, etag, lastModified } of playlists)
    found.set(key, { key, sizeBytes, etag, lastModified });
  return { objects: sorted(found), playlists, unlisted, storeTime };
}

/** Two surveys of one recording as one. */
export function joinScans(a: Scan, b: Scan): Scan {
  const unlisted = (["anything", "foreign"] as const).find((what) => a.unlisted === what || b.unlisted === what);
  return {
    objects: sorted(new Map([...a.objects, ...b.objects].map((object) => [object.key, object]))),
    playlists: [...a.playlists, ...b.playlists],
    unlisted: unlisted ?? "nothing",
    storeTime: earliest([a.storeTime, b.storeTime]),
  };
}

function sorted(objects: ReadonlyMap<string, StoredObject>): StoredObject[] {
  return [...objects.values()].toSorted((a, b) => compareUtf8(a.key, b.key));
}

async function readPlaylist(
  bucket: Bucket,
  listed: StoredObject,
  signal: AbortSignal,
): Promise<ReadPlaylist | undefined> {
  if (listed.sizeBytes > MAX_PLAYLIST_BYTES) return { ...listed, content: tooLarge(listed.sizeBytes) };

  const object = await bucket.get(listed.key, { signal });
  if (object === undefined) return undefined;
  const { body, ...head } = object;
  try {
    const bytes = await readAll(body, MAX_PLAYLIST_BYTES);
    return { ...head, sha256: sha256Hex(bytes), content: parsePlaylist(bytes) };
  } catch (error) {
    if (error instanceof BodyTooLargeError) return { ...head, content: tooLarge(head.sizeBytes) };
    throw error;
  }
}
