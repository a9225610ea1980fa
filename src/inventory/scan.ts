/**
 * What lies in the bucket: every object of the recording, or of some sets of it, and every playlist, read.
 *
 * Agora overwrites a playlist until the recording ends, so it may change between listing and reading. What was read
 * counts: size, ETag and digest always describe the same bytes.
 */
import type { StoredObject } from "../bucket/bucket.ts";
import { BodyTooLargeError, readAll } from "../lib/read-all.ts";
import { sha256Hex } from "../lib/sha256.ts";
import { compareUtf8 } from "../lib/canonical-json.ts";
import { mapConcurrently } from "../lib/map-concurrently.ts";
import type { Entry, StoreReader } from "../recording/types.ts";
import { findEarliest, type ListRequest, listRecording, type RecordingListing } from "./list-recording.ts";
import type { ParsedKey, RecordingKeys } from "../recording/keys.ts";
import {
  getMaxPlaylistBytes,
  parsePlaylistText,
  type PlaylistText,
  rejectTooLargeText,
} from "./playlists/playlist-content.ts";

/** A playlist and what it says. It has no digest when it was too large to be read. */
export type ReadPlaylist = Entry & { content: PlaylistText };

export type Scan = Pick<RecordingListing, "storeTime" | "unlisted"> & {
  /** Every object found, playlists included, sorted by the UTF-8 bytes of the key. */
  objects: StoredObject[];
  playlists: ReadPlaylist[];
};

const REQUESTS_AT_ONCE = 4;
/** The most that may be unlisted first. */
const UNLISTED = ["unknown", "unrecognized", "nothing"] as const;

/** Scans under these prefixes. Throws the port's `BucketError` when a part fails: a partial scan proves nothing. */
export async function scanRecording(reader: StoreReader, request: ListRequest): Promise<Scan> {
  const { objects: found, storeTime, unlisted } = await listRecording(reader, request);
  const { keys } = request;
  const listed = [...found.values()].flatMap((object) => {
    const parsed = keys.parseKey(object.key);
    return parsed?.file.kind === "playlist" ? [{ ...object, parsed }] : [];
  });
  const read = await mapConcurrently(listed, {
    limit: REQUESTS_AT_ONCE,
    work: ({ parsed, ...object }) => readPlaylist(reader, { listed: object, parsed, keys }),
  });
  const playlists = read.filter((playlist) => playlist !== undefined);

  for (const { key } of listed) found.delete(key); // a playlist that has gone since the listing is missing
  for (const { key, sizeBytes, etag, lastModified } of playlists)
    found.set(key, { key, sizeBytes, etag, lastModified });
  return { objects: sortByKey(found), playlists, unlisted, storeTime };
}

/** Joins two scans of one recording. */
export function joinScans(a: Scan, b: Scan): Scan {
  const objects = [...a.objects, ...b.objects];
  return {
    objects: sortByKey(new Map(objects.map((object) => [object.key, object]))),
    playlists: [...a.playlists, ...b.playlists],
    unlisted: UNLISTED.find((each) => a.unlisted === each || b.unlisted === each) ?? "nothing",
    storeTime: findEarliest([a.storeTime, b.storeTime]),
  };
}

function sortByKey(objects: ReadonlyMap<string, StoredObject>): StoredObject[] {
  return [...objects.values()].toSorted((a, b) => compareUtf8(a.key, b.key));
}

type PlaylistRead = { listed: StoredObject; parsed: ParsedKey; keys: RecordingKeys };

async function readPlaylist(
  { bucket, signal }: StoreReader,
  { listed, parsed, keys }: PlaylistRead,
): Promise<ReadPlaylist | undefined> {
  const { file: name } = parsed;
  const limit = getMaxPlaylistBytes(name);
  if (listed.sizeBytes > limit) return { ...listed, content: rejectTooLargeText(name, listed.sizeBytes) };

  const object = await bucket.get(listed.key, { signal, listedBytes: listed.sizeBytes });
  if (object === undefined) return undefined;
  const { body, discard: _discard, ...head } = object; // an entry is facts: it can be written and compared
  try {
    const bytes = await readAll(body, limit);
    const content = parsePlaylistText(bytes, { name, isOwnName: keys.isOwnName });
    return { ...head, sha256: sha256Hex(bytes), content };
  } catch (error) {
    if (error instanceof BodyTooLargeError) return { ...head, content: rejectTooLargeText(name, head.sizeBytes) };
    throw error;
  }
}
