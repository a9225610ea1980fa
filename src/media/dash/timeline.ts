/** The segments that a SegmentTemplate or SegmentList counts: ISO/IEC 23009-1, 5.3.9.2 and 5.3.9.6. */
import { readAttribute, findChildren, type MpdElement, readNumber } from "./element.ts";
import type { MpdFindings } from "./findings.ts";

export type TimedSegment = { number: number; time: number; durationSeconds: number };

export type TimelineOptions = {
  /** The timing element, the attributes of outer ones among its own. */
  timing: MpdElement;
  /** How long the period plays; `null` where nothing says so. */
  periodSeconds: number | null;
  findings: MpdFindings;
  /** How many may be given at most. */
  limit: number;
};

/** Gives the segments one after the other, `limit` and one at most: who takes them sees that there are more. */
export function* walkSegments(options: TimelineOptions): Generator<TimedSegment> {
  const { timing, findings } = options;
  const timescale = readNumber(timing, "timescale") ?? 1;
  const number = readNumber(timing, "startNumber") ?? 1;
  if (timescale === 0) return findings.report("mpd-timeline-invalid", "a timescale of 0");
  const [timeline] = findChildren(timing, "SegmentTimeline");
  if (timeline) yield* walkRuns(options, { timeline, timescale, number });
  else yield* walkEvenSegments(options, { timescale, number });
}

/** Segments of the same length until the period ends. */
function* walkEvenSegments(
  { timing, periodSeconds, findings, limit }: TimelineOptions,
  { timescale, number }: { timescale: number; number: number },
): Generator<TimedSegment> {
  const duration = readNumber(timing, "duration") ?? 0;
  if (duration === 0) return findings.report("mpd-timeline-invalid", "no length of a segment");
  if (periodSeconds === null) return findings.report("mpd-timeline-invalid", "no length of the period");
  const ticks = periodSeconds * timescale;
  for (let index = 0; index * duration < ticks && index <= limit; index += 1) {
    const length = Math.min(duration, ticks - index * duration);
    yield { number: number + index, time: index * duration, durationSeconds: length / timescale };
  }
}

/** 5.3.9.6.2: each `S` is a run of segments of the length `d`, repeated `r` times, or until the next begins. */
function* walkRuns(
  { periodSeconds, findings, limit }: TimelineOptions,
  { timeline, timescale, number }: { timeline: MpdElement; timescale: number; number: number },
): Generator<TimedSegment> {
  const runs = findChildren(timeline, "S");
  let time = 0;
  let given = 0;
  for (const [index, run] of runs.entries()) {
    const duration = readNumber(run, "d") ?? 0;
    if (duration === 0) return findings.report("mpd-timeline-invalid", "a run of segments without a length");
    time = readNumber(run, "t") ?? time;
    const next = runs[index + 1];
    const end = (next && readNumber(next, "t")) ?? (periodSeconds === null ? null : periodSeconds * timescale);
    const count = countRepeats(run, { time, end, duration });
    if (count === undefined) return findings.report("mpd-timeline-invalid", "a run of segments without an end");
    for (let repeat = 0; repeat < count; repeat += 1, given += 1, time += duration) {
      if (given > limit) return;
      yield { number: number + given, time, durationSeconds: duration / timescale };
    }
  }
}

function countRepeats(
  run: MpdElement,
  { time, end, duration }: { time: number; end: number | null; duration: number },
): number | undefined {
  const repeats = readAttribute(run, "r") ?? "0";
  if (/^\d{1,15}$/.test(repeats)) return Number(repeats) + 1;
  if (!/^-\d{1,15}$/.test(repeats) || end === null) return undefined;
  return Math.max(0, Math.ceil((end - time) / duration));
}
