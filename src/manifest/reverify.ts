/**
 * Compares a manifest with the store again, perhaps a month later: is it still the manifest that was written, and are the
 * files still those that it lists? The digest is all that a reader must trust.
 *
 * One listing answers this; no file is read. So a change that keeps size, ETag and time is not seen.
 */
import { type Bucket, BucketError, type StoredObject } from "../bucket/bucket.ts";
import type { ChangeKind } from "../checks/changes.ts";
import type { CheckId } from "../checks/checks.ts";
import { readAll } from "../lib/read-all.ts";
import { sha256Hex } from "../lib/sha256.ts";
import { compareUtf8 } from "../lib/canonical-json.ts";
import { readManifest } from "./read-manifest.ts";
import { listRecording, type RecordingListing } from "../inventory/list-recording.ts";
import { listStandalone } from "../recording/file-kinds.ts";
import { recordingKeys, type RecordingKeys } from "../recording/keys.ts";
import type { StoreReader } from "../recording/types.ts";
import { type Manifest, Segment } from "./schema.ts";

export type Change = { kind: ChangeKind; key: string; was: string; is: string };

export type Reverification = {
  unchanged: boolean;
  /** Files of the manifest that were looked up. */
  checked: number;
  /** By key. */
  changes: Change[];
};

export type ReverifyOptions = {
  /** The manifest's bytes as they are now, its name, and the SHA-256 (hex) that it had. */
  manifest: { key: string; bytes: Uint8Array; sha256: string };
  /** Opens the store of the files by the name that the manifest has for it. */
  openFiles: (store: string) => Bucket;
  /** The store of the side file. Default: that of the files. */
  sideFiles?: Bucket;
  signal: AbortSignal;
};

/** Reverifies a manifest. Throws a `BucketError` when a store fails, and an `Error` when the bytes with the right digest are not a manifest. */
export async function reverifyManifest({
  manifest,
  openFiles,
  sideFiles,
  signal,
}: ReverifyOptions): Promise<Reverification> {
  const { key, bytes, sha256 } = manifest;
  const digest = sha256Hex(bytes);
  if (digest !== sha256) return refuse({ kind: "manifest-edited", key, was: sha256, is: digest });

  const document = readManifest(bytes, sha256);
  const files = openFiles(document.store);
  const segments = await readSegments(document, { bucket: sideFiles ?? files, signal });
  if (!Array.isArray(segments)) return refuse(segments);

  const entries = listEntries(document, segments);
  const keys = listedKeys(document, [...entries.keys()]);
  const listing = await listEverything({ bucket: files, signal }, keys);
  const isNew = newFileTest({ document, manifestKey: key, keys, entries, listing });
  const changes = [
    ...[...entries.values()].flatMap((entry) => compareObjects(entry, listing.objects.get(entry.key))),
    ...[...listing.objects.values()].filter(isNew).map(addition),
  ];
  return {
    unchanged: changes.length === 0,
    checked: entries.size,
    changes: changes.toSorted((a, b) => compareUtf8(a.key, b.key)),
  };
}

function refuse(change: Change): Reverification {
  return { unchanged: false, checked: 0, changes: [change] };
}

/** Reads the segments from the manifest or its side file; a `Change` when the side file is not the one that was written. */
export async function readSegments(
  { segments }: Manifest,
  { bucket, signal }: { bucket: Pick<Bucket, "get">; signal: AbortSignal },
): Promise<Segment[] | Change> {
  if ("entries" in segments) return segments.entries;
  const { key, sha256, bytes: sizeBytes } = segments.sideFile;
  const object = await bucket.get(key, { signal });
  if (object === undefined) return { kind: "side-file-missing", key, was: sha256, is: "no such object" };
  if (object.sizeBytes !== sizeBytes) {
    object.discard();
    return { kind: "side-file-edited", key, was: `${sizeBytes} bytes`, is: `${object.sizeBytes} bytes` };
  }
  const bytes = await readAll(object.body, sizeBytes);
  const digest = sha256Hex(bytes);
  if (digest !== sha256) return { kind: "side-file-edited", key, was: sha256, is: digest };
  const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
  return lines.map((line) => Segment.parse(JSON.parse(line)));
}

/** Each object once: two playlists may name the same segment. */
function listEntries(document: Manifest, segments: Segment[]): Map<string, StoredObject> {
  const { playlists, foreign, notInForce = [] } = document;
  const entries = [...playlists, ...segments, ...listStandalone(document), ...foreign, ...notInForce];
  return new Map(entries.map((entry) => [entry.key, entry]));
}

/** Lists where the worker looked: under the sid, and beside the files that Agora named by another id, also those that never came. */
function listedKeys({ recording, prefix, problems }: Manifest, listed: string[]): RecordingKeys {
  const { sid, cname, mode } = recording;
  const expectation = { sid, cname, mode, prefix, expect: [], uids: [], namedIsFinal: false };
  const keys = recordingKeys({ ...expectation, named: [] });
  const absent = problems.filter((each) => isAnyOf(each, ["named-file-missing"])).map(({ subject }) => subject);
  const named = [...listed, ...absent].filter((key) => !keys.hasPrefixOfRecording(key)).map((name) => ({ name }));
  return recordingKeys({ ...expectation, named });
}

async function listEverything(reader: StoreReader, keys: RecordingKeys): Promise<RecordingListing> {
  const { own, failovers } = keys.listingPrefixes;
  const listing = await listRecording(reader, { keys, prefixes: [...own, ...failovers.flat()] });
  if (listing.unlisted !== "unknown") return listing;
  throw new BucketError(`Cannot recheck the files in bucket "${reader.bucket.name}": the listing is too long`, {
    kind: "unavailable",
  });
}

/** Decides which listed objects are new. Where the manifest could not list every foreign object, no foreign one counts. */
function newFileTest({
  document,
  manifestKey,
  keys,
  entries,
  listing,
}: {
  document: Manifest;
  manifestKey: string;
  keys: RecordingKeys;
  entries: Map<string, StoredObject>;
  listing: RecordingListing;
}): (object: StoredObject) => boolean {
  const { playlists, problems, segments, notInForce, key: ownKey } = document;
  // Manifests of 0.2 list nothing that is not in force, though it was there.
  const unnamed = problems.filter((each) => isAnyOf(each, ["segment-orphan", "segment-after-failover"]));
  const unlisted = [...playlists.flatMap(({ candidates }) => candidates), ...unnamed.map(({ subject }) => subject)];
  const known = new Set([
    manifestKey,
    ...(ownKey === undefined ? [] : [ownKey]),
    ...("sideFile" in segments ? [segments.sideFile.key] : []),
    ...entries.keys(),
    ...(notInForce === undefined ? unlisted : []),
  ]);
  const missing = new Set(playlists.flatMap((playlist) => playlist.missing));
  const isForeignListed =
    listing.unlisted === "nothing" && !problems.some((each) => isAnyOf(each, ["foreign-too-many"]));
  return ({ key, sizeBytes }) => {
    if (known.has(key) || (sizeBytes === 0 && missing.has(key))) return false;
    return isForeignListed || keys.parseKey(key) !== undefined;
  };
}

/** A manifest may hold the checks of a later version. */
function isAnyOf({ check }: Manifest["problems"][number], checks: CheckId[]): boolean {
  return checks.some((each) => each === check);
}

function compareObjects(was: StoredObject, is: StoredObject | undefined): Change[] {
  const { key } = was;
  if (is === undefined) return [{ kind: "missing", key, was: describe(was), is: "no such object" }];
  const kind = findDifference(was, is);
  return kind === null ? [] : [{ kind, key, was: describe(was), is: describe(is) }];
}

function findDifference(was: StoredObject, is: StoredObject): "resized" | "replaced" | "rewritten" | null {
  if (is.sizeBytes !== was.sizeBytes) return "resized";
  if (is.etag !== was.etag) return "replaced";
  // To the second: a HEAD says no more, and the listing of some stores does.
  return toSecond(is) === toSecond(was) ? null : "rewritten";
}

function addition(object: StoredObject): Change {
  return { kind: "added", key: object.key, was: "no such object", is: describe(object) };
}

function describe({ sizeBytes, etag, lastModified }: StoredObject): string {
  return `${sizeBytes} bytes, ETag ${etag}, ${lastModified}`;
}

function toSecond({ lastModified }: StoredObject): number {
  return Math.floor(Date.parse(lastModified) / 1000);
}
