/**
 * A playlist's segments as stretches of time: 24 hours of three users are some 17,000 segments, and three bars.
 *
 * A segment's name tells when it begins, its playlist how long it lasts. A missing segment has a name and no length any
 * more: it is taken to last until the next one begins, at most for the playlist's target duration.
 */
import { segmentStartMs } from "../agora/names/file-names.ts";
import type { Manifest, Segment } from "../manifest/schema.ts";

/** Cuts fall on frames, and names carry milliseconds: less than this is no gap. */
const GAP_TOLERANCE_MS = 1000;
/** As long as a playlist may say that a segment is. */
const LONGEST_SEGMENT_MS = 24 * 60 * 60_000;

export type Interval = {
  /** `missing`: the playlist names segments that are not there. `gap`: it names none for this time. */
  kind: "recorded" | "missing" | "gap";
  fromMs: number;
  toMs: number;
  /** None in a gap. */
  segments: number;
};

type Playlist = Manifest["playlists"][number];
type SegmentInterval = Omit<Interval, "segments">;

/** The stretches of one playlist, in order of time. Segments whose names tell no time are left out. */
export function buildIntervals(playlist: Playlist, segments: readonly Segment[]): Interval[] {
  const stretches: Interval[] = [];
  for (const piece of placeSegments(playlist, segments)) {
    const last = stretches.at(-1);
    if (last !== undefined && piece.fromMs - last.toMs > GAP_TOLERANCE_MS) {
      stretches.push({ kind: "gap", fromMs: last.toMs, toMs: piece.fromMs, segments: 0 });
    }
    const before = stretches.at(-1);
    if (before?.kind !== piece.kind) stretches.push({ ...piece, segments: 1 });
    else {
      before.toMs = Math.max(before.toMs, piece.toMs);
      before.segments += 1;
    }
  }
  return stretches;
}

function placeSegments({ missing, targetDurationSeconds }: Playlist, segments: readonly Segment[]): SegmentInterval[] {
  const there = segments.flatMap(({ key, durationSeconds }) => parseSegment("recorded", key, durationSeconds * 1000));
  const absent = missing.flatMap((key) => parseSegment("missing", key, 0));
  const pieces = [...there, ...absent].toSorted((a, b) => a.fromMs - b.fromMs);
  const longestMs = Math.min((targetDurationSeconds ?? 0) * 1000, LONGEST_SEGMENT_MS);
  return pieces.map((each, index) => {
    if (each.kind === "recorded") return each;
    const nextMs = pieces[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY;
    return { ...each, toMs: Math.min(nextMs, each.fromMs + longestMs) };
  });
}

function parseSegment(kind: "recorded" | "missing", key: string, lengthMs: number): SegmentInterval[] {
  const fromMs = segmentStartMs(key);
  return fromMs === undefined ? [] : [{ kind, fromMs, toMs: fromMs + Math.min(lengthMs, LONGEST_SEGMENT_MS) }];
}
