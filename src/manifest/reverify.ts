/**
 * A manifest held against the store once more, a month later if need be: is it still the one that was written, and are
 * the files still those that it lists? Whoever has the digest needs to trust nobody else.
 *
 * One listing tells all of it; no file is read. So a change that keeps size, ETag and time is not seen.
 */

import { type Bucket, BucketError, type StoredObject } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";
import { sha256Hex } from "../lib/sha256.ts";
import { compareUtf8 } from "../lib/canonical-json.ts";
import { readManifest } from "./read-manifest.ts";
import { listRecording } from "../inventory/list-recording.ts";
import { type RecordingKeys, recordingKeys } from "../recording/keys.ts";
import { type Manifest, Segment } from "./schema.ts";

export type Change = {
  /**
   * `manifest-edited`, `side-file-missing`, `side-file-edited`: of the manifest itself; nothing further is checked then.
   * `missing`, `resized`, `replaced` (same size, another ETag), `rewritten` (the same bytes at another time), `added`: of a file.
   */
  what:
    | "manifest-edited"
    | "side-file-missing"
    | "side-file-edited"
    | "missing"
    | "resized"
    | "replaced"
    | "rewritten"
    | "added";
  key: string;
  was: string;
  is: string;
};

export type Reverification = {
  unchanged: boolean;
  /** Files of the manifest that were looked up. */
  checked: number;
  /** By key. */
  changes: Change[];
};

export type ReverifyOptions = {
  /** The manifest's bytes as they are now, what they are called, and the SHA-256 (hex) that they had. */
  manifest: { key: string; bytes: Uint8Array; sha256: string };
  /** Opens the store of the files by the name that the manifest has for it. */
  openFiles: (store: string) => Bucket;
  /** The store of the side file. Default: that of the files. */
  sideFiles?: Bucket;
  signal: AbortSignal;
};

/** Rechecks a manifest. Throws a `BucketError` when a store fails, and an `Error` when the bytes are right and no manifest. */
export async function reverifyManifest({
  manifest,
  openFiles,
  sideFiles,
  signal,
}: ReverifyOptions): Promise<Reverification> {
  const { key, bytes, sha256 } = manifest;
  const digest = sha256Hex(bytes);
  if (digest !== sha256) return refused({ what: "manifest-edited", key, was: sha256, is: digest });

  const document = readManifest(bytes, sha256);
  const files = openFiles(document.store);
  const segments = await readSegments(document, { bucket: sideFiles ?? files, signal });
  if (!Array.isArray(segments)) return refused(segments);

  const entries = listEntries(document, segments);
  const naming = namingOfListed(document, [...entries.keys()]);
  const { own, failovers } = naming.listingPrefixes;
  const { objects: found, unlisted } = await listRecording(
    files,
    { naming, prefixes: [...own, ...failovers.flat()] },
    signal,
  );
  if (unlisted === "anything") throw tooLong(files);
  const known = knownBesides(document, key);
  // Where the manifest could not list all that is foreign, nobody can tell what of it is new.
  const tellsForeign = unlisted === "nothing" && !document.problems.some(({ check }) => check === "foreign-too-many");
  const isNew = (object: StoredObject) =>
    !entries.has(object.key) && !known(object) && (tellsForeign || naming.parseKey(object.key) !== undefined);
  const changes = [
    ...[...entries.values()].flatMap((entry) => compare(entry, found.get(entry.key))),
    ...[...found.values()].filter(isNew).map(added),
  ];
  return {
    unchanged: changes.length === 0,
    checked: entries.size,
    changes: changes.toSorted((a, b) => compareUtf8(a.key, b.key)),
  };
}

function refused(change: Change): Reverification {
  return { unchanged: false, checked: 0, changes: [change] };
}

/** The segments, wherever they stand, or what is wrong with the side file. */
export async function readSegments(
  { segments }: Manifest,
  { bucket, signal }: { bucket: Pick<Bucket, "get">; signal: AbortSignal },
): Promise<Segment[] | Change> {
  if ("entries" in segments) return segments.entries;
  const { key, sha256, bytes: sizeBytes } = segments.sideFile;
  const object = await bucket.get(key, { signal });
  if (object === undefined) return { what: "side-file-missing", key, was: sha256, is: "no such object" };
  if (object.sizeBytes !== sizeBytes) {
    await object.body[Symbol.asyncIterator]().return?.();
    return { what: "side-file-edited", key, was: `${sizeBytes} bytes`, is: `${object.sizeBytes} bytes` };
  }
  const bytes = await readAll(object.body, sizeBytes);
  const digest = sha256Hex(bytes);
  if (digest !== sha256) return { what: "side-file-edited", key, was: sha256, is: digest };
  const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
  return lines.map((line) => Segment.parse(JSON.parse(line)));
}

/** Each object once: two playlists may name the same segment. */
function listEntries(
  { playlists, mp4s, snapshots, foreign }: Manifest,
  segments: Segment[],
): Map<string, StoredObject> {
  const entries = [...playlists, ...segments, ...mp4s, ...snapshots, ...foreign];
  return new Map(entries.map((entry) => [entry.key, entry]));
}

/** Everything where the worker had looked: under the sid, and beside the files that Agora named by another id. */
function namingOfListed({ recording, prefix }: Manifest, keys: string[]): RecordingKeys {
  const { sid, cname, mode } = recording;
  const expectation = { sid, cname, mode, prefix, expect: [], uids: [], namedIsFinal: false };
  const naming = recordingKeys({ ...expectation, named: [] });
  const named = keys.filter((key) => !naming.hasPrefixOfRecording(key)).map((name) => ({ name }));
  return recordingKeys({ ...expectation, named });
}

function tooLong({ name }: Bucket): BucketError {
  return new BucketError(`Cannot recheck the files in bucket "${name}": the listing is too long`, {
    kind: "unavailable",
  });
}

/** Whether an object was there already although no entry tells of it: playlists not in force, segments nobody names, empty ones. */
function knownBesides({ playlists, problems }: Manifest, manifestKey: string): (object: StoredObject) => boolean {
  const unnamed = problems.filter(({ check }) => check === "segment-orphan" || check === "segment-after-failover");
  const known = new Set([
    manifestKey,
    ...playlists.flatMap(({ candidates }) => candidates),
    ...unnamed.map(({ subject }) => subject),
  ]);
  const missing = new Set(playlists.flatMap((playlist) => playlist.missing));
  return ({ key, sizeBytes }) => known.has(key) || (sizeBytes === 0 && missing.has(key));
}

function compare(was: StoredObject, is: StoredObject | undefined): Change[] {
  const { key } = was;
  if (is === undefined) return [{ what: "missing", key, was: describe(was), is: "no such object" }];
  const what = difference(was, is);
  return what === null ? [] : [{ what, key, was: describe(was), is: describe(is) }];
}

function difference(was: StoredObject, is: StoredObject): "resized" | "replaced" | "rewritten" | null {
  if (is.sizeBytes !== was.sizeBytes) return "resized";
  if (is.etag !== was.etag) return "replaced";
  // To the second: a HEAD tells no more, and a listing of some stores does.
  return toSecond(is) === toSecond(was) ? null : "rewritten";
}

function added(object: StoredObject): Change {
  return { what: "added", key: object.key, was: "no such object", is: describe(object) };
}

function describe({ sizeBytes, etag, lastModified }: StoredObject): string {
  return `${sizeBytes} bytes, ETag ${etag}, ${lastModified}`;
}

function toSecond({ lastModified }: StoredObject): number {
  return Math.floor(Date.parse(lastModified) / 1000);
}
