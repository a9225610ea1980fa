/**
 * Looks for a hole in the part of a segment that its ends do not show, with a few small reads.
 *
 * The time stamps at a place of the file tell how much was played in front of it. A hole is a place where the time goes on and
 * the bytes do not, so each read halves the part whose time is largest for its bytes: that narrows down on a hole where the
 * rate is even. Where no part stands out, the search ends. Whether something is odd is all that is said here: then the whole
 * segment is worth reading. A hole that a bend of the rate hides is not found.
 */
import type { ByteSource } from "../byte-source.ts";
import { listMediaStreams, scanPart, type ScannedPart } from "./ends.ts";
import type { PacketScan } from "./packet-scanner.ts";
import type { AnnouncedStream } from "./program-tables.ts";
import type { StreamTimes } from "./stream-clock.ts";
import { PACKET_BYTES, secondsBetween } from "./transport-stream.ts";

/** A part of the file, and the times at which it plays, in seconds of the segment. */
type TimedPart = ScannedPart & { start: number; end: number };

/** Less than this between two parts that touch is not a gap: a PES packet of sound may hold half a second. */
export const GAP_SECONDS = 1;

const MAX_READS = 7;
/** Reads that are made even where nothing stands out: they are the chance to land in what was overwritten. */
const MIN_READS = 2;
/** More time than this above what the bytes of a part make likely makes it worth a further read. */
const SUSPICIOUS_SECONDS = 0.7;
/** The rate of a window of two or three pictures is known no better. */
const RATE_MARGIN = 1.5;
const MIN_WINDOW_BYTES = 64 * PACKET_BYTES;
const MAX_WINDOW_BYTES = 512 * PACKET_BYTES;
/** A window is this part of the segment: about two pictures. */
const WINDOWS = 128;

/** A part between two that were read, and that was not. */
type Unread = { from: number; to: number; seconds: number; before: TimedPart; after: TimedPart };

export type MiddleOptions = { head: ScannedPart; tail: ScannedPart; streams: readonly AnnouncedStream[]; base: number };

export type Middle = {
  windows: ScannedPart[];
  /** Whether a window has no times, or times that do not fit, or a part that was not read still stands out. */
  isOdd: boolean;
};

/** Reads windows between head and tail, most of which were chosen by what the ones before showed. */
export async function readMiddle(source: ByteSource, { head, tail, streams, base }: MiddleOptions): Promise<Middle> {
  const windowBytes = windowSize(source.sizeBytes);
  const parts = [head, tail].flatMap((part) => toTimedParts(part, base));
  const windows: ScannedPart[] = [];
  // Without a time at both ends there is nothing to halve.
  if (parts.length < 2) return { windows, isOdd: true };

  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const next = mostSuspicious(parts, reads < MIN_READS);
    if (next === undefined) break;
    const { from, length } = chooseWindow(next, windowBytes);
    const bytes = await source.read(from, length);
    const window = { from, to: from + bytes.length, scan: scanPart(bytes, { offset: from, announced: streams }) };
    const found = toTimedParts(window, base);
    windows.push(window);
    parts.push(...found);
    parts.sort((a, b) => a.from - b.from);
    if (found.length === 0) return { windows, isOdd: true };
  }
  return { windows, isOdd: haveOddTimes(parts) || haveUnexplainedTime(parts) };
}

/** In the middle of a part, or all of it where it is small. */
function chooseWindow({ from, to }: Unread, windowBytes: number): { from: number; length: number } {
  if (to - from <= 2 * windowBytes) return { from, length: to - from };
  const middle = from + Math.floor((to - from - windowBytes) / 2);
  return { from: middle - (middle % PACKET_BYTES), length: windowBytes };
}

/** Parts that touch must play one after the other, and what lies between the ends must play between them. */
function haveOddTimes(parts: TimedPart[]): boolean {
  const [head, tail] = [parts[0], parts.at(-1)];
  return parts.some((part, index) => {
    const outside = Math.max((head?.start ?? 0) - part.start, part.end - (tail?.end ?? 0));
    const before = parts[index - 1];
    const gap = before !== undefined && before.to >= part.from ? part.start - before.end : 0;
    return Math.max(outside, gap, largestStep(part.scan)) > GAP_SECONDS;
  });
}

/** The largest time in a part at which none of its streams plays. */
function largestStep({ streams }: PacketScan): number {
  const times = streams.flatMap((stream) => (stream.times === null ? [] : [stream.times]));
  const [first] = times;
  if (first === undefined) return 0;
  const ranges = times.map((stream) => computeRange(stream, first.firstTicks));
  let [end, largest] = [Infinity, Math.max(...times.map(({ largestStepSeconds }) => largestStepSeconds))];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    largest = Math.max(largest, range.start - end);
    end = Math.max(range.end, end === Infinity ? range.end : end);
  }
  return largest;
}

/** The part that plays longest for its bytes; any part while `anyway`. */
function mostSuspicious(parts: TimedPart[], anyway: boolean): Unread | undefined {
  const unread = unreadParts(parts);
  const mean = meanSecondsPerByte(unread);
  const excess = ({ from, to, seconds }: Unread) => Math.abs(seconds - mean * (to - from));
  const weight = (part: Unread) => (unread.length > 1 ? excess(part) : part.seconds);
  const [most] = unread.toSorted((a, b) => weight(b) - weight(a));
  if (most === undefined || (!anyway && excess(most) < SUSPICIOUS_SECONDS)) return undefined;
  return most;
}

/** Where the rate bends, a part plays as its slower neighbour does at most. What is above that has no bytes. */
function haveUnexplainedTime(parts: TimedPart[]): boolean {
  const unread = unreadParts(parts);
  const mean = meanSecondsPerByte(unread);
  return unread.some(({ from, to, seconds, before, after }) => {
    const slowest = Math.max(secondsPerByte(before), secondsPerByte(after)) || mean;
    return seconds - slowest * RATE_MARGIN * (to - from) > SUSPICIOUS_SECONDS || seconds < -GAP_SECONDS;
  });
}

function meanSecondsPerByte(unread: Unread[]): number {
  const seconds = unread.reduce((sum, part) => sum + part.seconds, 0);
  return seconds / unread.reduce((sum, part) => sum + part.to - part.from, 0);
}

function unreadParts(parts: TimedPart[]): Unread[] {
  return parts.slice(1).flatMap((after, index) => {
    const before = parts[index];
    if (before === undefined || before.to >= after.from) return [];
    return [{ from: before.to, to: after.from, seconds: after.start - before.end, before, after }];
  });
}

/** One step more than the time between the first and the last time stamp: a window holds two or three pictures. 0 for one. */
function secondsPerByte({ from, to, start, end, scan }: TimedPart): number {
  const counts = scan.streams.map(({ times }) => times?.count ?? 0);
  const most = Math.max(1, ...counts);
  const played = most > 1 ? (end - start) * (most / (most - 1)) : 0;
  return played / (to - from);
}

function toTimedParts(part: ScannedPart, base: number): TimedPart[] {
  const range = computePartRange(part.scan, base);
  return range === undefined ? [] : [{ ...part, ...range }];
}

/** From when to when a part plays, sound and pictures together. */
export function computePartRange(scan: PacketScan, base: number): { start: number; end: number } | undefined {
  const times = listMediaStreams(scan).flatMap((stream) => (stream.times === null ? [] : [stream.times]));
  if (times.length === 0) return undefined;
  const ranges = times.map((stream) => computeRange(stream, base));
  return { start: Math.min(...ranges.map(({ start }) => start)), end: Math.max(...ranges.map(({ end }) => end)) };
}

/** From when to when one stream plays. */
export function computeRange(
  { firstTicks, earliestSeconds, latestSeconds }: StreamTimes,
  base: number,
): { start: number; end: number } {
  const first = secondsBetween(base, firstTicks);
  return { start: first + earliestSeconds, end: first + latestSeconds };
}

function windowSize(sizeBytes: number): number {
  const packets = Math.floor(sizeBytes / WINDOWS / PACKET_BYTES);
  return Math.min(MAX_WINDOW_BYTES, Math.max(MIN_WINDOW_BYTES, packets * PACKET_BYTES));
}
