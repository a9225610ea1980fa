/** What is known of a segment's media: from all of its packets, or from the parts of it that were read. */
import { mediaStreams, type ScannedPart } from "./ends.ts";
import { type TimedPart, timeRange } from "./middle.ts";
import type { PacketScan, ScannedStream } from "./packet-scanner.ts";
import type { StreamKind } from "./program-tables.ts";
import { secondsBetween } from "./transport-stream.ts";

export type MediaStream = {
  kind: Exclude<StreamKind, "other">;
  codec: string;
  /** Whether the PMT names it; else its own packets say what it is. */
  isAnnounced: boolean;
  /** In seconds of the segment, at which its first and its last PES packet are presented; `null` where none was seen. */
  startSeconds: number | null;
  endSeconds: number | null;
  /** The usual time between two PES packets, and the largest one between two that were seen one after the other. */
  meanStepSeconds: number;
  largestStepSeconds: number;
  largestStepAt: number;
  largestBackwardSeconds: number;
  backwardStepAt: number;
};

/** A place in the middle where the times do not fit those in front of it. */
export type MiddleFlaw = { kind: "gap" | "foreign-times"; at: number; seconds: number };

export type PacketDamage = {
  lostPackets: number;
  lostAt: number | null;
  transportErrors: number;
  scrambledPackets: number;
  continuityErrors: number;
  continuityErrorAt: number | null;
};

export type SegmentMedia = {
  /** Whether every packet was seen. */
  isWhole: boolean;
  packets: number;
  nullPackets: number;
  trailingBytes: number;
  /** The earliest presentation in the segment, in ticks of 90 kHz; `null` where no media was seen. */
  firstTicks: number | null;
  streams: MediaStream[];
  damage: PacketDamage;
  middleFlaw: MiddleFlaw | null;
};

/** Less than this between two parts that touch is not a gap: a PES packet of sound may hold half a second. */
export const GAP_SECONDS = 1;

/** What all packets of a segment say. */
export function wholeMedia(scan: PacketScan): SegmentMedia {
  const base = baseTicks(scan);
  const part: ScannedPart = { from: 0, to: 0, scan };
  const streams = base === null ? mediaStreams(scan).map(withoutTimes) : mediaStreams(scan).map(mergedStream([part], base));
  return { ...seen([part]), isWhole: true, trailingBytes: scan.trailingBytes, firstTicks: base, streams, middleFlaw: null };
}

export type ReadParts = { head: ScannedPart; tail: ScannedPart; middle: TimedPart[]; base: number; trailingBytes: number };

/** What the parts of a segment say that were read. */
export function partialMedia({ head, tail, middle, base, trailingBytes }: ReadParts): SegmentMedia {
  const windows = middle.filter(({ from }) => from !== head.from && from !== tail.from);
  const streams = mediaStreams(head.scan).map(mergedStream([head, tail], base));
  const parts = [head, ...windows, tail];
  return { ...seen(parts), isWhole: false, trailingBytes, firstTicks: base, streams, middleFlaw: middleFlaw(middle) };
}

/** The earliest presentation of any stream. */
export function baseTicks(scan: PacketScan): number | null {
  const [first] = mediaStreams(scan).flatMap(({ times }) => (times === null ? [] : [times.firstTicks]));
  const start = first === undefined ? undefined : timeRange(scan, first)?.start;
  if (first === undefined || start === undefined) return null;
  return (first + Math.round(start * 90_000) + 2 ** 33) % 2 ** 33;
}

/** Parts that touch must play one after the other, and what lies between the ends must play between them. */
function middleFlaw(parts: TimedPart[]): MiddleFlaw | null {
  const [head, tail] = [parts[0], parts.at(-1)];
  if (head === undefined || tail === undefined) return null;
  for (const [index, part] of parts.entries()) {
    const outside = Math.max(head.start - part.start, part.end - tail.end);
    if (outside > GAP_SECONDS && tail.end > head.start) return { kind: "foreign-times", at: part.from, seconds: outside };
    const before = parts[index - 1];
    const gap = before !== undefined && before.to >= part.from ? part.start - before.end : 0;
    if (gap > GAP_SECONDS) return { kind: "gap", at: part.from, seconds: gap };
  }
  return null;
}

/** One stream from the parts in which it may be. */
function mergedStream(parts: ScannedPart[], base: number) {
  return ({ pid, kind, codec, isAnnounced }: ReturnType<typeof mediaStreams>[number]): MediaStream => {
    const found = parts.flatMap(({ scan }) => scan.streams.filter((stream) => stream.pid === pid));
    const times = found.flatMap((stream) => (stream.times === null ? [] : [stream.times]));
    const [first, last] = [times[0], times.at(-1)];
    const isSeen = parts.length === times.length;
    const step = times.toSorted((a, b) => b.largestStepSeconds - a.largestStepSeconds)[0];
    const back = times.toSorted((a, b) => b.largestBackwardSeconds - a.largestBackwardSeconds)[0];
    return {
      kind: kind === "video" ? "video" : "audio",
      codec,
      isAnnounced,
      startSeconds: first ? secondsBetween(base, first.firstTicks) + first.earliestSeconds : null,
      endSeconds: last && isSeen ? secondsBetween(base, last.firstTicks) + last.latestSeconds : null,
      meanStepSeconds: meanStep(found),
      largestStepSeconds: step?.largestStepSeconds ?? 0,
      largestStepAt: step?.largestStepAt ?? 0,
      largestBackwardSeconds: back?.largestBackwardSeconds ?? 0,
      backwardStepAt: back?.backwardStepAt ?? 0,
    };
  };
}

function withoutTimes(stream: ReturnType<typeof mediaStreams>[number]): MediaStream {
  return mergedStream([], 0)(stream);
}

function meanStep(streams: ScannedStream[]): number {
  const times = streams.flatMap((stream) => (stream.times === null ? [] : [stream.times]));
  const steps = times.reduce((sum, { count }) => sum + count - 1, 0);
  const seconds = times.reduce((sum, { earliestSeconds, latestSeconds }) => sum + latestSeconds - earliestSeconds, 0);
  return steps === 0 ? 0 : seconds / steps;
}

/** The packets of all parts together. Continuity is that within each part. */
function seen(parts: ScannedPart[]): Pick<SegmentMedia, "packets" | "nullPackets" | "damage"> {
  const scans = parts.map(({ scan }) => scan);
  const streams = scans.flatMap((scan) => scan.streams);
  return {
    packets: sum(scans.map(({ packets }) => packets)),
    nullPackets: sum(scans.map(({ nullPackets }) => nullPackets)),
    damage: {
      lostPackets: sum(scans.map(({ lostPackets }) => lostPackets)),
      lostAt: smallest(scans.map(({ lostAt }) => lostAt)),
      transportErrors: sum(scans.map(({ transportErrors }) => transportErrors)),
      scrambledPackets: sum(streams.map(({ scrambledPackets }) => scrambledPackets)),
      continuityErrors: sum(streams.map(({ continuityErrors }) => continuityErrors)),
      continuityErrorAt: smallest(streams.map(({ firstContinuityErrorAt }) => firstContinuityErrorAt)),
    },
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function smallest(places: (number | null)[]): number | null {
  const known = places.filter((place) => place !== null);
  return known.length === 0 ? null : Math.min(...known);
}
