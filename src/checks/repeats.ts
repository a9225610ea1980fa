/** Every rule about equal content: no file may be there twice under two names. */
import type { Problem } from "../contract/problem.ts";
import { secondsBetween } from "../media/ts/transport-stream.ts";
import type { FileResults } from "../recording/file-result.ts";
import type { Entry, PlaylistEntry, SegmentEntry } from "../recording/types.ts";
import { type CheckId, problem } from "./checks.ts";

export type Comparison = {
  results: FileResults;
  /** SHA-256 of an entry's bytes; reads them where the level has not. */
  digest: (entry: Entry) => Promise<string>;
};

type RepeatCheck = Extract<CheckId, "segment-repeated" | "mp4-repeated" | "media-repeated">;

/** Silence takes hardly more than its packets' headers. */
const SILENT_BITS_PER_SECOND = 24_000;
/** Equal beginnings of two playlists are proved by this many whole segments at most. */
const MAX_PROOFS = 3;

export async function findRepeats(
  entries: Entry[],
  { results, digest, check }: Comparison & { check: RepeatCheck },
): Promise<Problem[]> {
  const unique = new Map(entries.map((entry) => [entry.key, entry]));
  const similar = Map.groupBy(unique.values(), ({ key }) => results.get(key)?.fingerprint);
  similar.delete(undefined);

  const problems: Problem[] = [];
  for (const group of similar.values()) {
    if (group.length === 1) continue;
    const firstWith = new Map<string, string>();
    for (const entry of group) {
      const sha256 = await digest(entry);
      const first = firstWith.get(sha256);
      if (first === undefined) firstWith.set(sha256, entry.key);
      else problems.push(repeatProblem(check, { subject: entry.key, first }));
    }
  }
  return problems;
}

/**
 * The segments of one playlist. Where the time stamps begin anew with each segment, silence is the same to the byte each time:
 * that proves nothing.
 */
export async function findRepeatedSegments(playlist: PlaylistEntry, comparison: Comparison): Promise<Problem[]> {
  const repeats = await findRepeats(playlist.segments, { check: "segment-repeated", ...comparison });
  const [first] = repeats;
  if (first === undefined || !beginsAnew(playlist, comparison.results)) return repeats;
  const observed = `${repeats.length} segments that repeat another, the first is ${first.subject}`;
  return [problem("media-repeated", { subject: playlist.key, expected: "segments that differ", observed })];
}

/** Whether the times of most segments do not go on from those of the segment before. */
function beginsAnew({ segments }: PlaylistEntry, results: FileResults): boolean {
  const steps = segments.slice(1).flatMap((segment, index) => {
    const before = segments[index];
    const [from, to] = [results.get(before?.key ?? "")?.firstTime, results.get(segment.key)?.firstTime];
    if (before === undefined || from === undefined || to === undefined) return [];
    return [Math.abs(secondsBetween(from, to)) < before.durationSeconds / 2];
  });
  return steps.length > 0 && steps.filter(Boolean).length * 2 > steps.length;
}

/** One warning for two playlists of which segments are equal: tracks, users or servers that were mixed up. */
export async function findSharedMedia(playlists: PlaylistEntry[], { results, digest }: Comparison): Promise<Problem[]> {
  const isCompared = (segment: SegmentEntry) => !isSilent(segment, results);
  const all = playlists.flatMap((playlist) =>
    playlist.segments.filter(isCompared).map((segment) => ({ playlist, segment })),
  );
  const similar = Map.groupBy(all, ({ segment }) => results.get(segment.key)?.fingerprint);
  similar.delete(undefined);

  const pairs = new Map<string, { subject: string; other: string; alike: SegmentEntry[][] }>();
  for (const [first, ...rest] of similar.values()) {
    for (const { playlist, segment } of rest) {
      if (first === undefined || playlist.key === first.playlist.key || segment.key === first.segment.key) continue;
      const name = JSON.stringify([playlist.key, first.playlist.key]);
      const pair = pairs.get(name) ?? { subject: playlist.key, other: first.playlist.key, alike: [] };
      pair.alike.push([segment, first.segment]);
      pairs.set(name, pair);
    }
  }

  const problems: Problem[] = [];
  for (const { subject, other, alike } of pairs.values()) {
    for (const entries of alike.slice(0, MAX_PROOFS)) {
      const digests = new Set(await Promise.all(entries.map(digest)));
      if (digests.size > 1) continue;
      const observed = `${alike.length} segments that begin as those of ${other}, the same bytes in ${entries[0]?.key}`;
      problems.push(problem("media-repeated", { subject, expected: "media of its own", observed }));
      break;
    }
  }
  return problems;
}

/** Two users who say nothing may have the same media. */
function isSilent({ key, sizeBytes, durationSeconds }: SegmentEntry, results: FileResults): boolean {
  const isSound = results.get(key)?.holds?.pictures === false;
  return isSound && sizeBytes * 8 < durationSeconds * SILENT_BITS_PER_SECOND;
}

function repeatProblem(check: RepeatCheck, { subject, first }: { subject: string; first: string }): Problem {
  return problem(check, { subject, expected: "content of its own", observed: `the same bytes as ${first}` });
}
