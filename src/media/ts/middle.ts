/**
 * Looks for a hole in the part of a segment that its ends do not show, with a few small reads.
 *
 * The time stamps at a place of the file tell how much was played in front of it. A hole is a place where the time goes on and
 * the bytes do not, so each read halves the part whose time is largest for its bytes: that narrows down on a hole where the
 * rate is even. Where no part stands out, the search ends. A hole that a bend of the rate hides is not found.
 */
import type { ByteSource } from "../byte-source.ts";
import { mediaStreams, scanPart, type ScannedPart } from "./ends.ts";
import type { PacketScan } from "./packet-scanner.ts";
import type { AnnouncedStream } from "./program-tables.ts";
import { PACKET_BYTES, secondsBetween } from "./transport-stream.ts";

/** A part of the file, and the times at which it plays, in seconds of the segment. */
export type TimedPart = ScannedPart & { start: number; end: number };

const MAX_READS = 7;
/** Reads that are made even where nothing stands out: they are the chance to land in what was overwritten. */
const MIN_READS = 2;
/** More time than this above what the bytes of a part make likely makes it worth a further read. */
const SUSPICIOUS_SECONDS = 0.7;
const MIN_WINDOW_BYTES = 64 * PACKET_BYTES;
const MAX_WINDOW_BYTES = 512 * PACKET_BYTES;
/** A window is this part of the segment: about two pictures. */
const WINDOWS = 128;

/** A part between two that were read, and that was not. */
type Unread = { from: number; to: number; seconds: number };

export type MiddleOptions = { head: ScannedPart; tail: ScannedPart; streams: readonly AnnouncedStream[]; base: number };

/** Reads windows between head and tail, and gives all parts that have a time, head and tail too, in the order of the file. */
export async function readMiddle(source: ByteSource, { head, tail, streams, base }: MiddleOptions): Promise<TimedPart[]> {
  const windowBytes = windowSize(source.sizeBytes);
  const parts = [head, tail].flatMap((part) => timed(part, base));
  const silent = new Set<number>();
  if (parts.length < 2) return parts;

  for (let reads = 0; reads < MAX_READS; reads += 1) {
    const next = mostSuspicious(parts, silent, reads < MIN_READS);
    if (next === undefined) break;
    const isLast = next.to - next.from <= 2 * windowBytes;
    const middle = next.from + (next.to - next.from - windowBytes) / 2;
    const from = isLast ? next.from : middle - (middle % PACKET_BYTES);
    const bytes = await source.read(from, isLast ? next.to - from : windowBytes);
    const scan = scanPart(bytes, { offset: from, announced: streams });
    const found = timed({ from, to: from + bytes.length, scan }, base);
    if (found.length === 0) silent.add(next.from);
    parts.push(...found);
    parts.sort((a, b) => a.from - b.from);
  }
  return parts;
}

/** The part that plays longest for its bytes; any part while `anyway`. */
function mostSuspicious(parts: TimedPart[], silent: ReadonlySet<number>, anyway: boolean): Unread | undefined {
  const unread = parts.slice(1).flatMap((part, index) => {
    const before = parts[index];
    if (before === undefined || before.to >= part.from || silent.has(before.to)) return [];
    return [{ from: before.to, to: part.from, seconds: part.start - before.end }];
  });
  const seconds = unread.reduce((sum, part) => sum + part.seconds, 0);
  const bytes = unread.reduce((sum, part) => sum + part.to - part.from, 0);
  const excess = (part: Unread) => Math.abs(part.seconds - (seconds / bytes) * (part.to - part.from));
  const weight = (part: Unread) => (unread.length > 1 ? excess(part) : part.seconds);
  const [most] = unread.toSorted((a, b) => weight(b) - weight(a));
  if (most === undefined || (!anyway && excess(most) < SUSPICIOUS_SECONDS)) return undefined;
  return most;
}

function timed(part: ScannedPart, base: number): TimedPart[] {
  const range = timeRange(part.scan, base);
  return range === undefined ? [] : [{ ...part, ...range }];
}

/** From when to when a part plays, sound and pictures together. */
export function timeRange(scan: PacketScan, base: number): { start: number; end: number } | undefined {
  const times = mediaStreams(scan).flatMap((stream) => (stream.times === null ? [] : [stream.times]));
  if (times.length === 0) return undefined;
  const starts = times.map(({ firstTicks, earliestSeconds }) => secondsBetween(base, firstTicks) + earliestSeconds);
  const ends = times.map(({ firstTicks, latestSeconds }) => secondsBetween(base, firstTicks) + latestSeconds);
  return { start: Math.min(...starts), end: Math.max(...ends) };
}

function windowSize(sizeBytes: number): number {
  const packets = Math.floor(sizeBytes / WINDOWS / PACKET_BYTES);
  return Math.min(MAX_WINDOW_BYTES, Math.max(MIN_WINDOW_BYTES, packets * PACKET_BYTES));
}
