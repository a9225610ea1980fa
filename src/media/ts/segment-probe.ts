/**
 * Reads little of a segment, and tells when its sound and its pictures begin and end, and what is wrong with what was read.
 * Where something is odd it reads all of it: that is rare, and then nothing is guessed.
 */
import type { ByteSource } from "../byte-source.ts";
import { listMediaStreams, readHead, readTail } from "./ends.ts";
import { readMiddle } from "./middle.ts";
import { PacketScanner } from "./packet-scanner.ts";
import { baseTicks, partialMedia, type SegmentMedia, UNCOUNTED_PART, wholeMedia } from "./segment-media.ts";
import { isTransportStream, PACKET_BYTES } from "./transport-stream.ts";

/** Where something is odd all of the segment is read, up to this. Agora cuts segments of pictures at 50 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
/** A segment so small is read at once: its ends would be most of it. */
const WHOLE_BYTES = 128 * 1024;

export type ProbedSegment = {
  /** `null` where the file does not begin as a transport stream. */
  media: SegmentMedia | null;
  /** The first bytes: what tells a file from another of the same length. */
  first: Uint8Array;
};

/** Never throws but for what `read` throws; its reads are bounded. */
export async function probeTransportStream(source: ByteSource): Promise<ProbedSegment> {
  return source.sizeBytes <= WHOLE_BYTES ? readWhole(source) : readSparsely(source);
}

async function readSparsely(source: ByteSource): Promise<ProbedSegment> {
  const { first, ...head } = await readHead(source);
  if (!isTransportStream(first)) return { media: null, first };
  const streams = listMediaStreams(head.scan);
  const base = baseTicks(head.scan);
  if (head.to >= source.sizeBytes) return { media: wholeMedia(head.scan), first };
  if (base === null || !head.scan.hasProgram) return readWhole(source);

  const tail = await readTail(source, { streams, floor: head.to });
  const { windows, isOdd } = await readMiddle(source, { head, tail, streams, base });
  const trailingBytes = source.sizeBytes % PACKET_BYTES;
  const media = partialMedia({ head, tail, windows, base, trailingBytes });
  const isHidden = media.streams.some(({ startSeconds, endSeconds }) => startSeconds !== null && endSeconds === null);
  const isWorthAll = isOdd || isHidden || isDamaged(media);
  return isWorthAll && source.sizeBytes <= MAX_BYTES ? readWhole(source) : { media, first };
}

/** Of packets that are not counted the rest of the file tells no more. */
function isDamaged({ packets, damage }: SegmentMedia): boolean {
  const { lostPackets, continuityErrors } = damage;
  return lostPackets > 0 || (continuityErrors > 0 && continuityErrors < packets * UNCOUNTED_PART);
}

/** Reads everything in pieces. */
async function readWhole(source: ByteSource): Promise<ProbedSegment> {
  const scanner = new PacketScanner();
  let first: Uint8Array = new Uint8Array();
  for (let at = 0; at < Math.min(source.sizeBytes, MAX_BYTES); at += PIECE_BYTES) {
    const piece = await source.read(at, PIECE_BYTES);
    if (at === 0) first = piece;
    if (at === 0 && !isTransportStream(piece)) return { media: null, first };
    scanner.take(piece);
  }
  return { media: wholeMedia(scanner.scan), first };
}
