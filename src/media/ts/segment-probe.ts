/** Reads little of a segment, and tells when its sound and its pictures begin and end, and what is wrong with what was read. */
import type { ByteSource } from "../byte-source.ts";
import { countReads } from "../counted-source.ts";
import { mediaStreams, readHead, readTail } from "./ends.ts";
import { readMiddle } from "./middle.ts";
import { PacketScanner } from "./packet-scanner.ts";
import { baseTicks, partialMedia, type SegmentMedia, wholeMedia } from "./segment-media.ts";
import { isTransportStream, PACKET_BYTES } from "./transport-stream.ts";

/** A segment so small is read at once: its ends would be most of it. */
const WHOLE_BYTES = 128 * 1024;

export type ProbedSegment = {
  /** `null` where the file does not begin as a transport stream. */
  media: SegmentMedia | null;
  reads: number;
  readBytes: number;
  /** The first bytes: what tells a file from another of the same length. */
  first: Uint8Array;
};

/** Never throws but for what `read` throws; its reads are bounded. */
export async function probeTransportStream(file: ByteSource): Promise<ProbedSegment> {
  const source = countReads(file);
  const isSmall = file.sizeBytes <= WHOLE_BYTES;
  const { media, first } = isSmall ? await readWhole(source) : await readParts(source);
  return { media, first, reads: source.reads, readBytes: source.readBytes };
}

type Read = Pick<ProbedSegment, "media" | "first">;

async function readWhole(source: ByteSource): Promise<Read> {
  const first = await source.read(0, source.sizeBytes);
  return { media: isTransportStream(first) ? scanWhole(first) : null, first };
}

function scanWhole(bytes: Uint8Array): SegmentMedia {
  const scanner = new PacketScanner();
  scanner.take(bytes);
  return wholeMedia(scanner.scan);
}

async function readParts(source: ByteSource): Promise<Read> {
  const { first, ...head } = await readHead(source);
  if (!isTransportStream(first)) return { media: null, first };
  const streams = mediaStreams(head.scan);
  const base = baseTicks(head.scan);
  const trailingBytes = source.sizeBytes % PACKET_BYTES;
  if (base === null || head.to >= source.sizeBytes) {
    return { media: { ...wholeMedia(head.scan), trailingBytes, isWhole: head.to >= source.sizeBytes }, first };
  }
  const tail = await readTail(source, { streams, floor: head.to });
  const middle = await readMiddle(source, { head, tail, streams, base });
  return { media: partialMedia({ head, tail, middle, base, trailingBytes }), first };
}
