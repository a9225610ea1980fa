/** Every rule about length: of a segment, of the time between two, and of the MP4s against the playlists. */
import { segmentStartMs } from "../agora/names/file-names.ts";
import type { Problem } from "../contract/problem.ts";
import type { PlaylistSegment } from "../media/hls/types.ts";
import { ptsSpanSeconds, type PresentationTime } from "../media/ts/transport-stream.ts";
import type { FileResult } from "../recording/file-facts.ts";
import type { Inventory, PlaylistEntry, SegmentEntry } from "../recording/types.ts";
import { type CheckedProblem, problem } from "./checks.ts";

/** Cuts fall on frames, and names carry milliseconds: less than this is no gap. */
const GAP_TOLERANCE_SECONDS = 1;

/**
 * Sound goes on all the time, so where it begins in the head and in the tail its length is proof. Pictures may stand still.
 * What is seen ends a frame or a few before the end. Where nothing begins in the tail (a very high rate), nothing is known.
 */
export function findWrongDuration(entry: SegmentEntry, head: PresentationTime[], tail: PresentationTime[]): Problem[] {
  if (tail.length === 0) return [];
  const hasSound = [head, tail].every((times) => times.some(({ isAudio }) => isAudio));
  const times = [...head, ...tail].filter(({ isAudio }) => isAudio || !hasSound);
  const measured = ptsSpanSeconds(times.map(({ ticks }) => ticks)) ?? 0;
  const tolerance = Math.max(1, entry.durationSeconds / 10);
  if (Math.abs(measured - entry.durationSeconds) <= tolerance) return [];
  const expected = `${entry.durationSeconds} s, as its playlist says`;
  const check = hasSound ? "segment-duration" : "segment-duration-unproven";
  return [problem(check, { subject: entry.key, expected, observed: `${measured.toFixed(3)} s` })];
}

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

/** One finding for all gaps of a playlist: the names tell when a segment began, the playlist how long it lasts. */
export function findGaps(subject: string, segments: PlaylistSegment[]): CheckedProblem[] {
  const found = segments.flatMap((segment, index) => {
    const previous = segments[index - 1];
    if (previous === undefined || segment.discontinuity) return [];
    const startMs = segmentStartMs(segment.uri);
    const previousMs = segmentStartMs(previous.uri);
    if (startMs === undefined || previousMs === undefined) return [];
    const seconds = (startMs - previousMs) / 1000 - previous.durationSeconds;
    return seconds > GAP_TOLERANCE_SECONDS ? [{ before: segment.uri, seconds }] : [];
  });
  const [first] = found;
  if (first === undefined) return [];
  const observed = `${found.length} gaps, the first of ${first.seconds.toFixed(3)} s before ${first.before}`;
  return [problem("segment-gap", { subject, expected: "segments that follow each other", observed })];
}

export function findWrongTotal({ playlists, mp4s }: Inventory, facts: ReadonlyMap<string, FileResult>): Problem[] {
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
    problem(isProof ? "mp4-duration" : "mp4-duration-unproven", {
      subject: first.stem,
      expected: `${expected.toFixed(3)} s, as the playlists say`,
      observed: `${observed.toFixed(3)} s in ${known.length} MP4s`,
    }),
  ];
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
