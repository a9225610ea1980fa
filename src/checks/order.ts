/** Every rule about order: segments must begin one after the other, by their names and by their time stamps. */
import { segmentStartMs } from "../agora/names/file-names.ts";
import type { Problem } from "../contract/problem.ts";
import type { PlaylistSegment } from "../media/hls/types.ts";
import { secondsBetween } from "../media/ts/transport-stream.ts";
import type { FileResults } from "../recording/file-result.ts";
import type { PlaylistEntry, SegmentEntry } from "../recording/types.ts";
import { type CheckedProblem, problem } from "./checks.ts";

/** The first time stamp of a segment may be of audio or of video, which lie less apart than this. */
const STEP_TOLERANCE_SECONDS = 1;

/** One problem for a playlist. At a discontinuity the recorder's clock may have been set back. */
export function findDisorderedNames(subject: string, segments: PlaylistSegment[]): CheckedProblem[] {
  const starts = segments.map(({ uri }) => segmentStartMs(uri));
  const backward = segments.filter(({ discontinuity }, index) => {
    const [before, start] = [starts[index - 1], starts[index]];
    return !discontinuity && before !== undefined && start !== undefined && start < before;
  });
  const [first] = backward;
  if (first === undefined) return [];
  const observed = `${backward.length} begin before the one before, the first is ${first.uri}`;
  return [problem("segment-names-order", { subject, expected: "segments by the times in their names", observed })];
}

/** Half of the time after which time stamps begin anew, less a margin: behind such a pause they may seem to step back. */
const AMBIGUOUS_PAUSE_MS = 13 * 60 * 60 * 1000;

/** One problem for a playlist. At a discontinuity the time stamps may begin again. */
export function findDisorderedTimes({ key, segments }: PlaylistEntry, results: FileResults): Problem[] {
  const times = segments.map((segment) => results.get(segment.key)?.firstTime);
  const backward = segments.filter(({ discontinuity }, index) => {
    const [before, time] = [times[index - 1], times[index]];
    if (discontinuity || time === undefined || before === undefined) return false;
    if (pauseMs(segments[index - 1], segments[index]) > AMBIGUOUS_PAUSE_MS) return false;
    return secondsBetween(before, time) < -STEP_TOLERANCE_SECONDS;
  });
  const [first] = backward;
  if (first === undefined) return [];
  const observed = `${backward.length} of ${segments.length} begin before the one before, the first is ${first.key}`;
  return [problem("segment-order", { subject: key, expected: "segments that begin one after the other", observed })];
}

/** As the names say; 0 where they say nothing. */
function pauseMs(before: SegmentEntry | undefined, segment: SegmentEntry | undefined): number {
  const [from, to] = [before, segment].map((entry) => segmentStartMs(entry?.key ?? ""));
  return from === undefined || to === undefined ? 0 : to - from;
}
