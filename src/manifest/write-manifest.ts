/**
 * Writes the manifest's bytes. They are a function of the facts alone, without clock, attempt or host, so that a retried
 * attempt writes the same bytes and the digest holds. The store's time of the look is left out for the same reason.
 */
import type { Problem } from "../contract/problem.ts";
import type { ResolvedInput } from "../contract/input.ts";
import { sha256Hex } from "../lib/sha256.ts";
import { canonicalJson, compareUtf8 } from "../lib/canonical-json.ts";
import { FILE_KINDS, mapStandalone } from "../recording/file-kinds.ts";
import type { Inventory } from "../recording/types.ts";
import { Manifest, MANIFEST_SCHEMA, Segment } from "./schema.ts";
import { toMicroseconds } from "../lib/seconds.ts";

/** A manifest with more segments keeps them in a side file: people do not read a document of megabytes. */
const MAX_INLINE_SEGMENTS = 1000;

/** Bounds, so that what is written can be read again. The counts say how many there are. */
const MAX_PROBLEMS = 1000;
const MAX_MISSING = 10_000;

/** What the run knows of the recording, before any file. */
export type ManifestHeader = Pick<
  Manifest,
  | "store"
  | "bucket"
  | "prefix"
  | "level"
  | "outcome"
  | "forced"
  | "run"
  | "stop"
  | "backup"
  | "timeline"
  | "expectedFrom"
  | "checkedAt"
> & { recording: ResolvedInput["recording"] };

export type ManifestFacts = ManifestHeader & {
  /** Where the manifest is written; names the side file. */
  key: string;
  /** Verified: with the checksums and digests of the level. */
  inventory: Inventory;
  /** Every problem, the inventory's included. */
  problems: Problem[];
};

type File = { key: string; bytes: Uint8Array; sha256: string };

export type WrittenManifest = { bytes: Uint8Array; sha256: string; sideFile?: File };

/** Writes the manifest, and its side file where there are more than 1,000 segments. Throws when the facts do not fit the schema. */
export function writeManifest({ key, recording, inventory, problems, ...header }: ManifestFacts): WrittenManifest {
  const segments = listSegments(inventory);
  const sideFile = segments.length > MAX_INLINE_SEGMENTS ? writeSegments(key, segments) : undefined;

  const manifest = Manifest.parse({
    ...header,
    schema: MANIFEST_SCHEMA,
    version: 1,
    key,
    recording: { ...recording, resourceId: recording.resourceId ?? null },
    playlists: listPlaylists(inventory),
    segments: sideFile
      ? {
          count: segments.length,
          sideFile: { key: sideFile.key, sha256: sideFile.sha256, bytes: sideFile.bytes.length },
        }
      : { count: segments.length, entries: segments },
    ...mapStandalone((kind) => inventory[FILE_KINDS[kind].total].toSorted(compareKeys)),
    notInForce: inventory.notInForce.toSorted(compareKeys),
    foreign: inventory.unrecognized.filter((object) => !isOwnFile(object, key)).toSorted(compareKeys),
    totals: { ...inventory.totals, durationSeconds: toMicroseconds(inventory.totals.durationSeconds) },
    problems: problems.slice(0, MAX_PROBLEMS),
    problemCount: problems.length,
  } satisfies Manifest);

  const bytes = Buffer.from(canonicalJson(manifest, 2));
  return { bytes, sha256: sha256Hex(bytes), ...(sideFile && { sideFile }) };
}

function listPlaylists(inventory: Inventory): Manifest["playlists"] {
  let left = MAX_MISSING;
  return inventory.playlists.toSorted(compareKeys).map(({ segments, ...playlist }) => {
    const missing = playlist.missing.slice(0, left);
    left -= missing.length;
    return {
      ...playlist,
      missing,
      missingCount: playlist.missing.length,
      durationSeconds: toMicroseconds(playlist.durationSeconds),
      targetDurationSeconds:
        playlist.targetDurationSeconds === null ? null : toMicroseconds(playlist.targetDurationSeconds),
      segmentCount: segments.length,
    };
  });
}

function listSegments(inventory: Inventory): Segment[] {
  return inventory.playlists
    .flatMap((playlist) =>
      playlist.segments.map((segment) =>
        Segment.parse({
          ...segment,
          playlist: playlist.key,
          durationSeconds: toMicroseconds(segment.durationSeconds),
        } satisfies Segment),
      ),
    )
    .toSorted((a, b) => compareKeys(a, b) || compareUtf8(a.playlist, b.playlist));
}

function writeSegments(manifestKey: string, segments: Segment[]): File {
  const bytes = Buffer.from(segments.map((segment) => canonicalJson(segment, 0)).join(""));
  return { key: buildSideFileKey(manifestKey), bytes, sha256: sha256Hex(bytes) };
}

function buildSideFileKey(manifestKey: string): string {
  return `${manifestKey.replace(/\.json$/, "")}.segments.jsonl`;
}

/** An earlier attempt may have written at a key that begins like the recording's. */
function isOwnFile({ key }: { key: string }, manifestKey: string): boolean {
  return key === manifestKey || key === buildSideFileKey(manifestKey);
}

function compareKeys(a: { key: string }, b: { key: string }): number {
  return compareUtf8(a.key, b.key);
}
