/** Rules about length that need no packets: what playlists and names say, and the MP4s against the playlists. */
import { segmentStartMs } from "../agora/names/file-names.ts";
import type { Problem } from "../contract/problem.ts";
import type { PlaylistSegment } from "../media/hls/types.ts";
import type { FileResults } from "../recording/file-result.ts";
import type { Inventory, PlaylistEntry } from "../recording/types.ts";
import { type CheckedProblem, problem } from "./checks.ts";
import { sum } from "../lib/sum.ts";

/** Segments are cut at frames and their names carry milliseconds: a smaller gap is normal. */
const GAP_TOLERANCE_SECONDS = 1;

export function findLongSegments({ targetDurationSeconds, segments }: PlaylistEntry): CheckedProblem[] {
  if (targetDurationSeconds === null) return [];
  return segments
    .filter(({ durationSeconds }) => durationSeconds > targetDurationSeconds + 0.5)
    .map(({ key, durationSeconds }) =>
      problem("segment-too-long", {
        subject: key,
        expected: `at most ${targetDurationSeconds} s, the target duration`,
        observed: `${durationSeconds} s`,
      }),
    );
}

/** One problem for all gaps of a playlist: a name says when a segment began, the playlist how long it lasts. */
export function findGaps(subject: string, segments: PlaylistSegment[]): CheckedProblem[] {
  const gaps: { before: string; seconds: number }[] = [];
  for (const [index, segment] of segments.entries()) {
    const previous = segments[index - 1];
    if (previous === undefined || segment.discontinuity) continue;
    const startMs = segmentStartMs(segment.uri);
    const previousMs = segmentStartMs(previous.uri);
    if (startMs === undefined || previousMs === undefined) continue;
    const seconds = (startMs - previousMs) / 1000 - previous.durationSeconds;
    if (seconds > GAP_TOLERANCE_SECONDS) gaps.push({ before: segment.uri, seconds });
  }
  const [first] = gaps;
  if (first === undefined) return [];
  const observed = `${gaps.length} gaps, the first of ${first.seconds.toFixed(3)} s before ${first.before}`;
  return [problem("segment-gap", { subject, expected: "segments that follow each other", observed })];
}

/**
 * All MP4s of a mix must play as long as all its playlists. Shorter MP4s have lost media. Longer ones prove nothing: an MP4's
 * header counts the frames of its longest track, a playlist the lengths that were cut.
 */
export function findWrongTotal({ playlists, mp4s }: Inventory, results: FileResults): Problem[] {
  const [first] = playlists;
  const durations = mp4s.map(({ key }) => results.get(key)?.durationSeconds);
  const known = durations.filter((duration) => duration !== undefined);
  const isMix = playlists.every(({ track }) => track === null);
  if (!first || !isMix || known.length === 0 || known.length < durations.length) return [];

  const expected = sum(playlists.map((playlist) => playlist.durationSeconds));
  const observed = sum(known);
  if (Math.abs(observed - expected) <= Math.max(2, expected / 50)) return [];
  const isProof = observed < expected && playlists.every(({ superseded }) => !superseded);
  return [
    problem(isProof ? "mp4-duration" : "mp4-duration-unproven", {
      subject: first.stem,
      expected: `${expected.toFixed(3)} s, as the playlists say`,
      observed: `${observed.toFixed(3)} s in ${known.length} MP4s`,
    }),
  ];
}
