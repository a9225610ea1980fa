/**
 * The segments of a playlist as intervals: 24 hours of three users are some 17,000 segments, and three bars.
 *
 * The name of a segment has its start, the playlist has its duration. A missing segment has a name and no duration: it
 * is drawn until the next segment starts, and for the target duration at most.
 */
import { segmentStartMs } from "../agora/names/file-names.ts";
import type { Manifest, Segment } from "../manifest/schema.ts";

/** Cuts fall on frames, and names have milliseconds: less time than this is no gap. */
const GAP_TOLERANCE_MS = 1000;
/** A playlist may claim any duration. */
const MAX_SEGMENT_MS = 24 * 60 * 60_000;

export type Interval = {
  /** `missing`: the playlist names segments that are not there. `gap`: it names none for this time. */
  kind: "recorded" | "missing" | "gap";
  fromMs: number;
  toMs: number;
  /** 0 in a gap. */
  segments: number;
};

type Playlist = Manifest["playlists"][number];
type SegmentInterval = Omit<Interval, "segments">;

/** Builds the intervals of one playlist in order of time, without the segments whose names have no time. */
export function buildIntervals(playlist: Playlist, segments: readonly Segment[]): Interval[] {
  const intervals: Interval[] = [];
  for (const segment of placeSegments(playlist, segments)) {
    const last = intervals.at(-1);
    if (last !== undefined && segment.fromMs - last.toMs > GAP_TOLERANCE_MS) {
      intervals.push({ kind: "gap", fromMs: last.toMs, toMs: segment.fromMs, segments: 0 });
    }
    const open = intervals.at(-1);
    if (open?.kind !== segment.kind) intervals.push({ ...segment, segments: 1 });
    else {
      open.toMs = Math.max(open.toMs, segment.toMs);
      open.segments += 1;
    }
  }
  return intervals;
}

function placeSegments({ missing, targetDurationSeconds }: Playlist, segments: readonly Segment[]): SegmentInterval[] {
  const recorded = segments.flatMap(({ key, durationSeconds }) =>
    parseSegment(key, { kind: "recorded", durationMs: durationSeconds * 1000 }),
  );
  const absent = missing.flatMap((key) => parseSegment(key, { kind: "missing", durationMs: 0 }));
  const placed = [...recorded, ...absent].toSorted((a, b) => a.fromMs - b.fromMs);
  const targetMs = Math.min((targetDurationSeconds ?? 0) * 1000, MAX_SEGMENT_MS);
  return placed.map((segment, index) => {
    if (segment.kind === "recorded") return segment;
    const nextMs = placed[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    return { ...segment, toMs: Math.min(nextMs, segment.fromMs + targetMs) };
  });
}

function parseSegment(
  key: string,
  { kind, durationMs }: { kind: "recorded" | "missing"; durationMs: number },
): SegmentInterval[] {
  const fromMs = segmentStartMs(key);
  return fromMs === undefined ? [] : [{ kind, fromMs, toMs: fromMs + Math.min(durationMs, MAX_SEGMENT_MS) }];
}
