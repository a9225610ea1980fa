/** What only shows when files are held against each other, from level `probe` on. */
import type { Problem } from "../contract/result.ts";
import type { Entry, Inventory, PlaylistEntry } from "../recording/types.ts";
import { fileProblem } from "../checks/file-problem.ts";
import type { Facts } from "./probes.ts";
import { secondsBetween } from "../media/ts/transport-stream.ts";

type Comparison = {
  facts: ReadonlyMap<string, Facts>;
  /** SHA-256 of an entry's bytes; reads them where it is not known yet. */
  digest: (entry: Entry) => Promise<string>;
};

type RepeatCheck = "segment-repeated" | "mp4-repeated";

/** The first time stamp of a segment may be that of its sound or that of its pictures, which lie less apart than this. */
const STEP_TOLERANCE_SECONDS = 1;

/** The segments of one playlist must play one after the other, and none of them twice. */
export async function compareSegments(playlist: PlaylistEntry, comparison: Comparison): Promise<Problem[]> {
  const repeats = await repeated(playlist.segments, { check: "segment-repeated", ...comparison });
  return [...outOfOrder(playlist, comparison.facts), ...repeats];
}

/**
 * The MP4s must differ, and together play as long as all playlists of a mix. Which of them is longer by how much tells what
 * it means: an MP4's header counts the frames of its longest track, a playlist the lengths that were cut.
 */
export async function compareMovies(inventory: Inventory, comparison: Comparison): Promise<Problem[]> {
  const repeats = await repeated(inventory.mp4s, { check: "mp4-repeated", ...comparison });
  return [...repeats, ...wrongTotal(inventory, comparison.facts)];
}

function wrongTotal({ playlists, mp4s }: Inventory, facts: ReadonlyMap<string, Facts>): Problem[] {
  const [first] = playlists;
  const movies = mp4s.map(({ key }) => facts.get(key)?.durationSeconds);
  const known = movies.filter((duration) => duration !== undefined);
  const isMix = playlists.every(({ track }) => track === null);
  if (!first || !isMix || known.length === 0 || known.length < movies.length) return [];

  const expected = sum(playlists.map((playlist) => playlist.durationSeconds));
  const observed = sum(known);
  if (Math.abs(observed - expected) <= Math.max(2, expected / 50)) return [];
  const isProof = observed < expected && playlists.every(({ superseded }) => !superseded);
  return [
    fileProblem(isProof ? "mp4-duration" : "mp4-duration-unproven", {
      subject: first.stem,
      expected: `${expected.toFixed(3)} s, as the playlists say`,
      observed: `${observed.toFixed(3)} s in ${known.length} MP4s`,
    }),
  ];
}

/** One problem for a playlist. Where it announces a discontinuity the times may begin anew. */
function outOfOrder({ key, segments }: PlaylistEntry, facts: ReadonlyMap<string, Facts>): Problem[] {
  const times = segments.map((segment) => facts.get(segment.key)?.firstTime);
  const backward = segments.filter(({ discontinuity }, index) => {
    const [before, time] = [times[index - 1], times[index]];
    if (discontinuity || time === undefined || before === undefined) return false;
    return secondsBetween(before, time) < -STEP_TOLERANCE_SECONDS;
  });
  const [first] = backward;
  if (first === undefined) return [];
  const observed = `${backward.length} of ${segments.length} begin before the one before, the first is ${first.key}`;
  return [
    fileProblem("segment-order", { subject: key, expected: "segments that begin one after the other", observed }),
  ];
}

async function repeated(
  entries: Entry[],
  { facts, digest, check }: Comparison & { check: RepeatCheck },
): Promise<Problem[]> {
  const unique = new Map(entries.map((entry) => [entry.key, entry]));
  const alike = Map.groupBy(unique.values(), ({ key }) => facts.get(key)?.fingerprint);
  alike.delete(undefined);

  const problems: Problem[] = [];
  for (const group of alike.values()) {
    if (group.length === 1) continue;
    const firstWith = new Map<string, string>();
    for (const entry of group) {
      const sha256 = await digest(entry);
      const first = firstWith.get(sha256);
      if (first === undefined) firstWith.set(sha256, entry.key);
      else problems.push(sameContent(check, { subject: entry.key, first }));
    }
  }
  return problems;
}

function sameContent(check: RepeatCheck, { subject, first }: { subject: string; first: string }): Problem {
  return fileProblem(check, { subject, expected: "content of its own", observed: `the same bytes as ${first}` });
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
