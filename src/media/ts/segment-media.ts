/** What is known of a segment's media: from all of its packets, or from the parts of it that were read. */
import { listMediaStreams, type ScannedPart } from "./ends.ts";
import { computeRange, computePartRange } from "./middle.ts";
import type { PacketScan } from "./packet-scanner.ts";
import type { StreamKind } from "./program-tables.ts";
import type { StreamTimes } from "./stream-clock.ts";
import { addSeconds } from "./transport-stream.ts";
import { sum } from "../../lib/sum.ts";

type ScannedMedia = ReturnType<typeof listMediaStreams>[number];

type LargestSteps = Pick<
  StreamTimes,
  "largestStepSeconds" | "largestStepAt" | "largestBackwardSeconds" | "backwardStepAt"
>;

export type MediaStream = LargestSteps & {
  kind: Exclude<StreamKind, "other">;
  codec: string;
  /** Whether the PMT names it; else its own packets say what it is. */
  isAnnounced: boolean;
  /** In seconds of the segment, at which its first and its last PES packet are presented; `null` where none was seen. */
  startSeconds: number | null;
  endSeconds: number | null;
  /** The usual time between two PES packets. */
  meanStepSeconds: number;
};

export type PacketDamage = {
  lostPackets: number;
  lostAt: number | null;
  transportErrors: number;
  scrambledPackets: number;
  continuityErrors: number;
  continuityErrorAt: number | null;
};

export type SegmentMedia = {
  packets: number;
  nullPackets: number;
  trailingBytes: number;
  /** The earliest presentation in the segment, in ticks of 90 kHz; `null` where no media was seen. */
  firstTicks: number | null;
  streams: MediaStream[];
  damage: PacketDamage;
};

/** A writer that counts packets breaks its counter at a few places; one that does not, at nearly every packet. */
export const UNCOUNTED_PART = 0.2;

/** What all packets of a segment say. */
export function wholeMedia(scan: PacketScan): SegmentMedia {
  const base = baseTicks(scan);
  const part: ScannedPart = { from: 0, to: 0, scan };
  const streams =
    base === null ? listMediaStreams(scan).map(omitTimes) : listMediaStreams(scan).map(mergeStream([part], base));
  return { ...countPackets([part]), trailingBytes: scan.trailingBytes, firstTicks: base, streams };
}

export type ReadParts = {
  head: ScannedPart;
  tail: ScannedPart;
  windows: ScannedPart[];
  base: number;
  trailingBytes: number;
};

/** What the parts of a segment say that were read. */
export function partialMedia({ head, tail, windows, base, trailingBytes }: ReadParts): SegmentMedia {
  const streams = listMediaStreams(head.scan).map(mergeStream([head, tail], base));
  return { ...countPackets([head, ...windows, tail]), trailingBytes, firstTicks: base, streams };
}

/** The earliest presentation of any stream. */
export function baseTicks(scan: PacketScan): number | null {
  const [first] = listMediaStreams(scan).flatMap(({ times }) => (times === null ? [] : [times.firstTicks]));
  const start = first === undefined ? undefined : computePartRange(scan, first)?.start;
  if (first === undefined || start === undefined) return null;
  return addSeconds(first, start);
}

/** One stream from the parts in which it may be. */
function mergeStream(parts: ScannedPart[], base: number) {
  return ({ pid, kind, codec, isAnnounced }: ScannedMedia): MediaStream => {
    const found = parts.flatMap(({ scan }) => scan.streams.filter((stream) => stream.pid === pid));
    const times = found.flatMap((stream) => (stream.times === null ? [] : [stream.times]));
    const [first] = times;
    const last = parts.length === times.length ? times.at(-1) : undefined;
    return {
      kind: kind === "video" ? "video" : "audio",
      codec,
      isAnnounced,
      startSeconds: first === undefined ? null : computeRange(first, base).start,
      endSeconds: last === undefined ? null : computeRange(last, base).end,
      meanStepSeconds: meanStep(times),
      ...largestSteps(times),
    };
  };
}

function largestSteps(times: StreamTimes[]): LargestSteps {
  const [forward] = times.toSorted((a, b) => b.largestStepSeconds - a.largestStepSeconds);
  const [backward] = times.toSorted((a, b) => b.largestBackwardSeconds - a.largestBackwardSeconds);
  return {
    largestStepSeconds: forward?.largestStepSeconds ?? 0,
    largestStepAt: forward?.largestStepAt ?? 0,
    largestBackwardSeconds: backward?.largestBackwardSeconds ?? 0,
    backwardStepAt: backward?.backwardStepAt ?? 0,
  };
}

function omitTimes(stream: ScannedMedia): MediaStream {
  return mergeStream([], 0)(stream);
}

function meanStep(times: StreamTimes[]): number {
  const steps = sum(times.map(({ count }) => count - 1));
  const seconds = sum(times.map(({ earliestSeconds, latestSeconds }) => latestSeconds - earliestSeconds));
  return steps === 0 ? 0 : seconds / steps;
}

/** The packets of all parts together. Continuity is that within each part. */
function countPackets(parts: ScannedPart[]): Pick<SegmentMedia, "packets" | "nullPackets" | "damage"> {
  const scans = parts.map(({ scan }) => scan);
  const streams = scans.flatMap((scan) => scan.streams);
  // Some writers never count the packets of their tables, which are sent again and again: none of those can be missed.
  const counted = streams.filter(({ kind }) => kind !== "other");
  return {
    packets: sum(scans.map(({ packets }) => packets)),
    nullPackets: sum(scans.map(({ nullPackets }) => nullPackets)),
    damage: {
      lostPackets: sum(scans.map(({ lostPackets }) => lostPackets)),
      lostAt: smallest(scans.map(({ lostAt }) => lostAt)),
      transportErrors: sum(scans.map(({ transportErrors }) => transportErrors)),
      scrambledPackets: sum(streams.map(({ scrambledPackets }) => scrambledPackets)),
      continuityErrors: sum(counted.map(({ continuityErrors }) => continuityErrors)),
      continuityErrorAt: smallest(counted.map(({ firstContinuityErrorAt }) => firstContinuityErrorAt)),
    },
  };
}

function smallest(places: (number | null)[]): number | null {
  const known = places.filter((place) => place !== null);
  return known.length === 0 ? null : Math.min(...known);
}
