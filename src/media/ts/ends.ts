/** Reads the two ends of a segment: as much of each as it takes to see every stream begin there, and no more than a bound. */
import type { ByteSource } from "../byte-source.ts";
import { type PacketScan, PacketScanner, type ScannedStream } from "./packet-scanner.ts";
import type { AnnouncedStream } from "./program-tables.ts";
import { PACKET_BYTES } from "./transport-stream.ts";

/** At Agora's default rate the first picture ends in here, and sound begins behind it. */
const FIRST_HEAD_BYTES = 340 * PACKET_BYTES;
/** At 1.2 Mbit/s the last pictures and sounds begin in here. */
const FIRST_TAIL_BYTES = 128 * PACKET_BYTES;
const STEP_BYTES = 170 * PACKET_BYTES;
/** Three times the first picture of a segment of 5 Mbit/s. */
const MAX_END_BYTES = 8400 * PACKET_BYTES;

/** A part of a segment: its bytes from `from` to `to`, and what was seen in them. */
export type ScannedPart = { from: number; to: number; scan: PacketScan };

/** Reads from the beginning on, until every stream that is announced has begun. */
export async function readHead(source: ByteSource): Promise<ScannedPart & { first: Uint8Array }> {
  const scanner = new PacketScanner();
  const first = await source.read(0, FIRST_HEAD_BYTES);
  scanner.take(first);
  let to = first.length;
  while (to < Math.min(source.sizeBytes, MAX_END_BYTES) && !haveBegun(scanner.scan, scanner.scan.streams)) {
    const piece = await source.read(to, Math.min(nextStep(to), MAX_END_BYTES - to));
    if (piece.length === 0) break;
    scanner.take(piece);
    to += piece.length;
  }
  return { from: 0, to, scan: scanner.scan, first };
}

/** Reads backwards from the end until every one of these streams begins there, but not into the part that ends at `floor`. */
export async function readTail(
  source: ByteSource,
  { streams, floor }: { streams: readonly AnnouncedStream[]; floor: number },
): Promise<ScannedPart> {
  const end = source.sizeBytes - (source.sizeBytes % PACKET_BYTES);
  const bottom = Math.max(floor - (floor % PACKET_BYTES), end - MAX_END_BYTES, 0);
  let from = Math.max(bottom, end - FIRST_TAIL_BYTES);
  let bytes = from < end ? await source.read(from, end - from) : new Uint8Array();
  for (;;) {
    const scan = scanPart(bytes, { offset: from, announced: streams });
    if (from === bottom || bytes.length === 0 || haveBegun(scan, streams)) {
      return { from, to: from + bytes.length, scan };
    }
    const start = Math.max(bottom, from - nextStep(end - from));
    bytes = concatenate(await source.read(start, from - start), bytes);
    from = start;
  }
}

/** What is in one part of a file, of which the streams are known. */
export function scanPart(
  bytes: Uint8Array,
  options: { offset: number; announced: readonly AnnouncedStream[] },
): PacketScan {
  const scanner = new PacketScanner(options);
  scanner.take(bytes);
  return scanner.scan;
}

/** The streams of a scan that are sound or pictures, as others announce them. */
export function listMediaStreams(scan: PacketScan): (ScannedStream & AnnouncedStream)[] {
  return scan.streams
    .filter(({ kind, isAnnounced, pesCount }) => kind !== "other" && (isAnnounced || pesCount > 0))
    .map((stream) => ({ ...stream, codec: stream.codec ?? "unknown" }));
}

/** Whether the program is known and each stream of it that is sound or pictures has a time. */
function haveBegun(scan: PacketScan, streams: readonly { pid: number; kind: string }[]): boolean {
  const media = streams.filter(({ kind }) => kind !== "other").map(({ pid }) => pid);
  const begun = new Set(scan.streams.filter(({ times }) => times !== null).map(({ pid }) => pid));
  return (scan.hasProgram || media.length > 1) && media.length > 0 && media.every((pid) => begun.has(pid));
}

/** Small steps while few bytes are read, so that little is read in vain; then by half of what is read. */
function nextStep(readBytes: number): number {
  const half = Math.floor(readBytes / 2 / PACKET_BYTES) * PACKET_BYTES;
  return readBytes < 5 * STEP_BYTES ? STEP_BYTES : half;
}

function concatenate(before: Uint8Array, after: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(before.length + after.length);
  bytes.set(before);
  bytes.set(after, before.length);
  return bytes;
}
