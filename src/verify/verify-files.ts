/**
 * Looks at the files themselves, as far as the level asks:
 *
 *   list   nothing more than the listing and the playlists showed
 *   head   one HEAD for each file: the checksum that the store keeps, and that the file is still the one listed
 *   probe  also a few ranged reads: segments, MP4s and snapshots are media of the right length, and no segment is there twice
 *   hash   also every byte once: its SHA-256, the checksum that the store keeps, and each packet of a segment
 *
 * Findings are problems; only a store that does not answer, or a file that changes between two reads, throws (`BucketError`).
 */
import type { Bucket, ObjectHead, StoredChecksum } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";
import type { Level, Problem } from "../contract/problem.ts";
import { mapConcurrently } from "../lib/map-concurrently.ts";
import { compareMp4s, compareSegments } from "./cross-checks.ts";
import type { Entry, Inventory, SegmentEntry } from "../recording/types.ts";
import { problem } from "../checks/checks.ts";
import { hashFile } from "./hash-file.ts";
import { openBytes, openFile, type OpenFile } from "./file-reader.ts";
import type { FileResult } from "../recording/file-facts.ts";
import { probeMp4, probeSegment, probeSnapshot } from "./probes.ts";

const FILES_AT_ONCE = 8;
/** The largest file that is held in memory: most segments are smaller. */
const WHOLE_BYTES = 2 * 1024 * 1024;

export type VerifyOptions = {
  level: Level;
  signal: AbortSignal;
  /** Called after each file. */
  onProgress?: (done: number, total: number) => void;
};

type File = { kind: "segment"; entry: SegmentEntry } | { kind: "playlist" | "mp4" | "snapshot"; entry: Entry };

/** Gives the inventory with the checksums and digests of the level, and what is wrong with the files, in the inventory's order. */
export async function verifyFiles(
  bucket: Bucket,
  inventory: Inventory,
  { level, signal, onProgress }: VerifyOptions,
): Promise<{ inventory: Inventory; problems: Problem[] }> {
  if (level === "list") return { inventory, problems: [] };

  const files = listFiles(inventory);
  let done = 0;
  const examined = await mapConcurrently(files, {
    limit: FILES_AT_ONCE,
    work: async (file) => {
      const found = await verifyFile(bucket, file, { level, signal });
      done += 1;
      onProgress?.(done, files.length);
      return [file.entry.key, found] as const;
    },
  });

  const facts = new Map(examined);
  const problems = examined.flatMap(([, found]) => found.problems);
  const digest = async (entry: Entry) =>
    facts.get(entry.key)?.sha256 ?? (await openFile(bucket, { entry, signal }).digest());
  for (const playlist of inventory.playlists) problems.push(...(await compareSegments(playlist, { facts, digest })));
  problems.push(...(await compareMp4s(inventory, { facts, digest })));
  return { inventory: withDigests(inventory, facts), problems };
}

/** Every file once, though two playlists may name the same segment. */
function listFiles({ playlists, mp4s, snapshots }: Inventory): File[] {
  const files: File[] = [
    ...playlists.map((entry) => ({ kind: "playlist" as const, entry })),
    ...playlists.flatMap(({ segments }) => segments.map((entry) => ({ kind: "segment" as const, entry }))),
    ...mp4s.map((entry) => ({ kind: "mp4" as const, entry })),
    ...snapshots.map((entry) => ({ kind: "snapshot" as const, entry })),
  ];
  return [...new Map(files.map((file) => [file.entry.key, file])).values()];
}

async function verifyFile(
  bucket: Bucket,
  file: File,
  { level, signal }: { level: Level; signal: AbortSignal },
): Promise<FileResult> {
  const { key, sizeBytes, sha256 } = file.entry;
  // A playlist too large to be read before is not read now either.
  const isUnread = file.kind === "playlist" && sha256 === undefined;
  if (level === "hash" && sizeBytes > 0 && sizeBytes <= WHOLE_BYTES) return verifyInMemory(bucket, file, signal);

  const head = await bucket.head(key, signal);
  if (head === undefined || !isSame(file, head)) return { problems: [changed(file, head)] };
  const stored = head.checksum ? { checksum: head.checksum } : {};
  // An empty file counts as missing: the inventory has said so.
  if (level === "head" || sizeBytes === 0) return { ...stored, problems: [] };

  const content = openFile(bucket, { entry: file.entry, signal });
  const probe = await probeFile(file, content);
  if (level === "probe" || isUnread) return { ...stored, ...probe };
  return { ...stored, ...(await withHash(file, { content, probe, checksum: head.checksum })) };
}

/** At level hash one request tells everything of a small file. */
async function verifyInMemory(bucket: Bucket, file: File, signal: AbortSignal): Promise<FileResult> {
  const object = await bucket.get(file.entry.key, { signal });
  if (object === undefined || !isSame(file, object)) {
    await object?.body[Symbol.asyncIterator]().return?.();
    return { problems: [changed(file, object)] };
  }
  const { body, checksum } = object;
  const content = openBytes(await readAll(body, WHOLE_BYTES));
  const probe = await probeFile(file, content);
  return { ...(checksum && { checksum }), ...(await withHash(file, { content, probe, checksum })) };
}

/** Whether it is still the object that was listed. */
function isSame({ entry }: File, found: ObjectHead): boolean {
  return found.sizeBytes === entry.sizeBytes && found.etag === entry.etag;
}

function changed({ entry: { key, sizeBytes, etag } }: File, found: ObjectHead | undefined): Problem {
  const expected = `${sizeBytes} bytes, ETag ${etag}`;
  const observed = found ? `${found.sizeBytes} bytes, ETag ${found.etag}` : "gone";
  return problem("object-changed", { subject: key, expected, observed });
}

async function withHash(
  file: File,
  { content, probe, checksum }: { content: OpenFile; probe: FileResult; checksum: StoredChecksum | undefined },
): Promise<FileResult> {
  const { key } = file.entry;
  const { sha256, problems } = await hashFile(content, { key, checksum, isSegment: isPackets(file, probe) });
  return { ...probe, sha256, problems: [...probe.problems, ...problems] };
}

/** Of a segment that is none, or is cut, the packets are not looked at again. */
function isPackets({ kind, entry }: File, { problems }: FileResult): boolean {
  return kind === "segment" && !entry.key.endsWith(".webm") && problems.length === 0;
}

async function probeFile(file: File, content: OpenFile): Promise<FileResult> {
  if (file.kind === "segment") return probeSegment(file.entry, content);
  if (file.kind === "mp4") return probeMp4(file.entry, content);
  if (file.kind === "snapshot") return probeSnapshot(file.entry, content);
  return { problems: [] };
}

function withDigests(inventory: Inventory, facts: ReadonlyMap<string, FileResult>): Inventory {
  function complete<Known extends Entry>(entry: Known): Known {
    const { checksum, sha256 } = facts.get(entry.key) ?? {};
    return { ...entry, ...(checksum && { checksum }), ...(sha256 !== undefined && { sha256 }) };
  }
  return {
    ...inventory,
    playlists: inventory.playlists.map((playlist) => ({
      ...complete(playlist),
      segments: playlist.segments.map(complete),
    })),
    mp4s: inventory.mp4s.map(complete),
    snapshots: inventory.snapshots.map(complete),
  };
}
