/**
 * Verifies the files themselves, as far as the level asks:
 *
 *   list   nothing more than the listing and the playlists showed
 *   head   one HEAD for each file: the checksum that the store keeps, and that the file is still the one listed
 *   probe  also a few ranged reads: segments, MP4s and snapshots are media of the right length, and no segment is there twice
 *   hash   also every byte once: its SHA-256, the checksum that the store keeps, and each packet of a segment
 *
 * What is wrong becomes a problem. Only a store that fails or refuses every file, or a file that changes between two reads, throws a `BucketError`.
 */
import type { ObjectHead } from "../bucket/bucket.ts";
import { compareObjects } from "../bucket/compare-objects.ts";
import { readAll } from "../lib/read-all.ts";
import type { Level, Problem } from "../contract/problem.ts";
import { mapConcurrently } from "../lib/map-concurrently.ts";
import { compareMp4s, comparePlaylists, compareSegments } from "./cross-checks.ts";
import type { Entry, Inventory, StoreReader, UserTracks } from "../recording/types.ts";
import { problem } from "../checks/checks.ts";
import { findEmptyTracks } from "../checks/user-tracks.ts";
import { FILE_KINDS, mapStandalone, STANDALONE_KINDS } from "../recording/file-kinds.ts";
import { hashFile } from "./hash-file.ts";
import { openBytes, openFile } from "./file-reader.ts";
import type { FileResult, FileResults } from "../recording/file-result.ts";
import { type ListedFile, probeFile } from "./probes.ts";
import { Refusals } from "./refusals.ts";

const FILES_AT_ONCE = 8;
/** The largest file that is held in memory: most segments are smaller. */
const IN_MEMORY_BYTES = 2 * 1024 * 1024;

export type VerifyRequest = {
  inventory: Inventory;
  level: Level;
  /** What must be seen of users whose files hold both sound and pictures. */
  tracks?: readonly UserTracks[];
  /** Called after each file. */
  onProgress?: (done: number, total: number) => void;
};

/** Gives the inventory with the checksums and digests of the level, and what is wrong with the files, in the inventory's order. */
export async function verifyFiles(
  reader: StoreReader,
  { inventory, level, tracks = [], onProgress }: VerifyRequest,
): Promise<{ inventory: Inventory; problems: Problem[] }> {
  if (level === "list") return { inventory, problems: [] };

  const files = listFiles(inventory);
  const refusals = new Refusals();
  let done = 0;
  const verified = await mapConcurrently(files, {
    limit: FILES_AT_ONCE,
    work: async (file) => {
      const result = await refusals.verify(file, async () => verifyFile(reader, { file, level }));
      done += 1;
      onProgress?.(done, files.length);
      return [file.entry.key, result] as const;
    },
  });

  refusals.requireSome();
  const results = new Map(verified);
  const problems = collectProblems(reader, { files, results });
  const digest = async (entry: Entry) => {
    const { sha256, otherEtag } = results.get(entry.key) ?? {};
    return sha256 ?? openFile(reader, { ...entry, etag: otherEtag?.etag ?? entry.etag }).digest();
  };
  for (const playlist of inventory.playlists) problems.push(...(await compareSegments(playlist, { results, digest })));
  problems.push(...(await comparePlaylists(inventory, { results, digest })));
  problems.push(...(await compareMp4s(inventory, { results, digest })));
  if (level !== "head") problems.push(...findEmptyTracks(inventory, { results, tracks }));
  return { inventory: withDigests(inventory, results), problems };
}

/** Every file once, though two playlists may name the same segment. */
function listFiles(inventory: Inventory): ListedFile[] {
  const { playlists } = inventory;
  const files: ListedFile[] = [
    ...playlists.map((entry) => ({ kind: "playlist" as const, entry })),
    ...playlists.flatMap(({ segments }) => segments.map((entry) => ({ kind: "segment" as const, entry }))),
    ...STANDALONE_KINDS.flatMap((kind) => inventory[FILE_KINDS[kind].total].map((entry) => ({ kind, entry }))),
  ];
  return [...new Map(files.map((file) => [file.entry.key, file])).values()];
}

async function verifyFile(
  reader: StoreReader,
  { file, level }: { file: ListedFile; level: Exclude<Level, "list"> },
): Promise<FileResult> {
  const { key, sizeBytes, sha256 } = file.entry;
  // A playlist that was too large to be read is not read now either.
  const isUnread = file.kind === "playlist" && sha256 === undefined;
  if (level === "hash" && sizeBytes > 0 && sizeBytes <= IN_MEMORY_BYTES) return verifyInMemory(reader, file);

  const head = await reader.bucket.head(key, reader.signal);
  const stored = compareFound(file, head);
  if (stored === "changed") return { problems: [buildChangeProblem(file, head)] };
  // An empty file counts as missing: the inventory says so.
  if (level === "head" || sizeBytes === 0) return { ...stored, problems: [] };

  const content = openFile(reader, { ...file.entry, etag: stored.otherEtag?.etag ?? file.entry.etag });
  const isProbe = level === "probe" || isUnread;
  const { checksum } = stored;
  const result = isProbe ? await probeFile(file, content) : await hashFile(file, { content, checksum });
  return { ...stored, ...result };
}

/** At level `hash` one request shows everything of a small file. */
async function verifyInMemory({ bucket, signal }: StoreReader, file: ListedFile): Promise<FileResult> {
  const { key, sizeBytes: listedBytes } = file.entry;
  const object = await bucket.get(key, { signal, listedBytes });
  const stored = compareFound(file, object);
  if (object === undefined || stored === "changed") {
    object?.discard();
    return { problems: [buildChangeProblem(file, object)] };
  }
  const content = openBytes(await readAll(object.body, IN_MEMORY_BYTES));
  return { ...stored, ...(await hashFile(file, { content, checksum: stored.checksum })) };
}

/** What a file's metadata show, or that it is no longer the one that was listed. */
function compareFound(
  file: ListedFile,
  found: ObjectHead | undefined,
): "changed" | Pick<FileResult, "checksum" | "otherEtag" | "versionId"> {
  const comparison = found === undefined ? "changed" : compareObjects(file.entry, found);
  if (comparison === "changed") return "changed";
  return {
    ...(found?.checksum && { checksum: found.checksum }),
    ...(found?.versionId !== undefined && { versionId: found.versionId }),
    ...(comparison === "etag-differs" &&
      found && { otherEtag: { etag: found.etag, problem: buildChangeProblem(file, found) } }),
  };
}

/**
 * The problems of all files. Where most have another ETag than in the listing, and the same size and time, the store makes ETags
 * anew: one problem says so. Where few have, these have changed. A playlist's ETag is not from the listing.
 */
function collectProblems(
  { bucket }: StoreReader,
  { files, results }: { files: ListedFile[]; results: FileResults },
): Problem[] {
  const found = files.map(({ entry }) => results.get(entry.key) ?? { problems: [] });
  const others = found.flatMap(({ otherEtag }) => otherEtag?.problem ?? []);
  const [first] = others;
  const compared = files.filter(({ kind }) => kind !== "playlist").length;
  if (first === undefined || others.length <= compared / 2) {
    return found.flatMap(({ otherEtag, problems }) => (otherEtag ? [otherEtag.problem] : problems));
  }
  const { subject, expected, observed } = first;
  const facts = { subject: bucket.name, expected, observed: `${observed}, in ${subject}` };
  return [problem("store-etags-differ", facts), ...found.flatMap(({ problems }) => problems)];
}

function buildChangeProblem({ entry: { key, sizeBytes, etag } }: ListedFile, found: ObjectHead | undefined): Problem {
  const expected = `${sizeBytes} bytes, ETag ${etag}`;
  const observed = found ? `${found.sizeBytes} bytes, ETag ${found.etag}` : "gone";
  return problem("object-changed", { subject: key, expected, observed });
}

function withDigests(inventory: Inventory, results: FileResults): Inventory {
  function addDigests<Known extends Entry>(entry: Known): Known {
    const { checksum, versionId, sha256 } = results.get(entry.key) ?? {};
    const stored = checksum ? { checksum } : {};
    const version = versionId === undefined ? {} : { versionId };
    return { ...entry, ...stored, ...version, ...(sha256 !== undefined && { sha256 }) };
  }
  return {
    ...inventory,
    playlists: inventory.playlists.map((playlist) => ({
      ...addDigests(playlist),
      segments: playlist.segments.map(addDigests),
    })),
    ...mapStandalone((kind) => inventory[FILE_KINDS[kind].total].map(addDigests)),
  };
}
