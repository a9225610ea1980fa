/** What only shows when files are held against each other, from level `probe` on. */
import type { Problem } from "../contract.ts";
import type { Entry, Inventory, PlaylistEntry } from "./entries.ts";
import type { Facts } from "./probe.ts";
import { secondsBetween } from "./transport-stream.ts";

type Comparison = {
  facts: ReadonlyMap<string, Facts>;
  /** SHA-256 of an entry's bytes; reads them where it is not known yet. */
  digest: (entry: Entry) => Promise<string>;
};

/** The segments of one playlist must play one after the other, and none of them twice. */
export async function compareSegments(playlist: PlaylistEntry, comparison: Comparison): Promise<Problem[]> {
  return [...outOfOrder(playlist, comparison.facts), ...(await repeated(playlist, comparison))];
}

/**
 * All MP4s together must play as long as all playlists of a mix. Only a warning: an MP4's header counts the frames of its
 * longest track, a playlist the lengths that were cut.
 */
export function compareMovies({ playlists, mp4s }: Inventory, facts: ReadonlyMap<string, Facts>): Problem[] {
  const [first] = playlists;
  const movies = mp4s.map(({ key }) => facts.get(key)?.durationSeconds);
  const known = movies.filter((duration) => duration !== undefined);
  const isMix = playlists.every(({ track }) => track === null);
  if (!first || !isMix || known.length === 0 || known.length < movies.length) return [];

  const expected = sum(playlists.map((playlist) => playlist.durationSeconds));
  const observed = sum(known);
  if (Math.abs(observed - expected) <= Math.max(2, expected / 50)) return [];
  return [
    {
      check: "mp4-duration",
      severity: "warning",
      subject: first.stem,
      expected: `${expected.toFixed(3)} s, as the playlists say`,
      observed: `${observed.toFixed(3)} s in ${known.length} MP4s`,
    },
  ];
}

/** Only a warning, and one for a playlist: the times may begin anew where the playlist has a discontinuity. */
function outOfOrder({ key, segments }: PlaylistEntry, facts: ReadonlyMap<string, Facts>): Problem[] {
  const times = segments.map((segment) => facts.get(segment.key)?.firstTime);
  const backward = times.filter((time, index) => {
    const before = times[index - 1];
    return time !== undefined && before !== undefined && secondsBetween(before, time) <= 0;
  });
  if (backward.length === 0) return [];
  return [
    {
      check: "segment-order",
      severity: "warning",
      subject: key,
      expected: "segments that begin one after the other",
      observed: `${backward.length} of ${segments.length} begin no later than the one before`,
    },
  ];
}

async function repeated({ segments }: PlaylistEntry, { facts, digest }: Comparison): Promise<Problem[]> {
  const alike = Map.groupBy(new Map(segments.map((segment) => [segment.key, segment])).values(), (segment) => {
    return facts.get(segment.key)?.fingerprint;
  });
  alike.delete(undefined);

  const problems: Problem[] = [];
  for (const group of alike.values()) {
    if (group.length === 1) continue;
    const firstWith = new Map<string, string>();
    for (const segment of group) {
      const sha256 = await digest(segment);
      const first = firstWith.get(sha256);
      if (first === undefined) firstWith.set(sha256, segment.key);
      else problems.push(sameContent(segment.key, first));
    }
  }
  return problems;
}

function sameContent(key: string, first: string): Problem {
  const [expected, observed] = ["content of its own", `the same bytes as ${first}`];
  return { check: "segment-repeated", severity: "error", subject: key, expected, observed };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
