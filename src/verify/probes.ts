/** What a few ranged reads tell of one file. A probe finds what is broken; it does not prove that every frame decodes. */

import type { StoredChecksum } from "../bucket/bucket.ts";
import type { Problem } from "../contract/result.ts";
import { sha256Hex } from "../lib/sha256.ts";
import type { Entry, SegmentEntry } from "../recording/types.ts";
import { type FILE_CHECKS, fileProblem } from "../checks/file-problem.ts";
import { walkMovie } from "../media/mp4/boxes.ts";
import type { OpenFile } from "./file-reader.ts";
import {
  isTransportStream,
  PACKET_BYTES,
  playedSeconds,
  type PresentationTime,
  presentationTimes,
} from "../media/ts/transport-stream.ts";

/** What a level learnt of one file. */
export type Facts = {
  problems: Problem[];
  checksum?: StoredChecksum;
  sha256?: string;
  /** A segment's first time stamp, in ticks of its transport stream. */
  firstTime?: number;
  /** The same for segments, or MP4s, that begin with the same bytes and have the same size. */
  fingerprint?: string;
  /** How long an MP4 plays, by its own header. */
  durationSeconds?: number;
};

/** The tables, and the beginning of the first picture or sound. */
const HEAD_BYTES = 64 * PACKET_BYTES;
/** At the rates that Agora records with, the last pictures and sounds begin in here. */
const TAIL_BYTES = 350 * PACKET_BYTES;

/** RFC 8794, section 8: the first element of a WebM file. */
const EBML = [0x1a, 0x45, 0xdf, 0xa3];
/** ITU-T T.81, B.1.1.3: start of image, and the marker that follows it. */
const JPEG = [0xff, 0xd8, 0xff];

/** ITU-T T.81, B.1.1.3: end of image. Compressed data cannot contain it; some cameras pad behind it. */
const JPEG_END = Buffer.of(0xff, 0xd9);
const JPEG_TAIL_BYTES = 1024;

/** Segments are MPEG-TS, or WebM where a web sender used VP8 or VP9; of WebM only the beginning is looked at. */
export async function probeSegment(entry: SegmentEntry, file: OpenFile): Promise<Facts> {
  const isShort = file.sizeBytes <= HEAD_BYTES + TAIL_BYTES;
  const head = await file.read(0, isShort ? file.sizeBytes : HEAD_BYTES);
  const fingerprint = fingerprintOf(file, head);
  if (entry.key.endsWith(".webm")) {
    return { fingerprint, problems: beginsWith(head, EBML) ? [] : [notMedia(entry, "segment", "a WebM file")] };
  }
  const times = isTransportStream(head) ? presentationTimes(head) : [];
  const [first] = times;
  if (first === undefined) {
    return { fingerprint, problems: [notMedia(entry, "segment", "a transport stream with pictures or sound")] };
  }
  const ragged = file.sizeBytes % PACKET_BYTES;
  const tail = isShort || ragged !== 0 ? head : await file.read(file.sizeBytes - TAIL_BYTES, TAIL_BYTES);
  if (ragged !== 0 || !isTransportStream(tail.subarray(-3 * PACKET_BYTES))) {
    return { fingerprint, problems: [truncated(entry)] };
  }
  const later = isShort ? times : presentationTimes(tail);
  return { fingerprint, firstTime: first.ticks, problems: wrongDuration(entry, times, later) };
}

/** An MP4 must be whole boxes from its first to its last byte, with a file type and a movie header. */
export async function probeMovie(entry: Entry, file: OpenFile): Promise<Facts> {
  const { flaw, hasFileType, hasMovie, durationSeconds } = await walkMovie(file);
  if (flaw !== null) return { problems: [problem(entry, "mp4-truncated", "boxes that add up to the file", flaw)] };
  if (!hasFileType) return { problems: [notMedia(entry, "mp4", "an MP4")] };
  if (!hasMovie) return { problems: [problem(entry, "mp4-no-moov", "a moov box", "none")] };
  const fingerprint = fingerprintOf(file, await file.read(0, HEAD_BYTES));
  return { fingerprint, problems: [], ...(durationSeconds !== null && { durationSeconds }) };
}

/** A snapshot must begin and end as a JPEG. */
export async function probeSnapshot(entry: Entry, file: OpenFile): Promise<Facts> {
  const head = await file.read(0, JPEG.length);
  if (!beginsWith(head, JPEG)) return { problems: [notMedia(entry, "snapshot", "a JPEG")] };

  const tail = await file.read(Math.max(0, file.sizeBytes - JPEG_TAIL_BYTES), JPEG_TAIL_BYTES);
  if (Buffer.from(tail).includes(JPEG_END)) return { problems: [] };
  return { problems: [problem(entry, "snapshot-truncated", "a JPEG with its end", `none in ${file.sizeBytes} bytes`)] };
}

function fingerprintOf({ sizeBytes }: OpenFile, head: Uint8Array): string {
  return `${sizeBytes} ${sha256Hex(head.subarray(0, HEAD_BYTES))}`;
}

/**
 * Sound goes on all the time, so where it begins in the head and in the tail its length is proof. Pictures may stand still.
 * What is seen ends a frame or a few before the end. Where nothing begins in the tail (a very high rate), nothing is known.
 */
function wrongDuration(entry: SegmentEntry, head: PresentationTime[], tail: PresentationTime[]): Problem[] {
  if (tail.length === 0) return [];
  const hasSound = [head, tail].every((times) => times.some(({ isSound }) => isSound));
  const times = [...head, ...tail].filter(({ isSound }) => isSound || !hasSound);
  const measured = playedSeconds(times.map(({ ticks }) => ticks)) ?? 0;
  const tolerance = Math.max(1, entry.durationSeconds / 10);
  if (Math.abs(measured - entry.durationSeconds) <= tolerance) return [];
  const expected = `${entry.durationSeconds} s, as its playlist says`;
  const check = hasSound ? "segment-duration" : "segment-duration-unproven";
  return [problem(entry, check, expected, `${measured.toFixed(3)} s`)];
}

function truncated(entry: Entry): Problem {
  return problem(entry, "segment-truncated", `packets of ${PACKET_BYTES} bytes to the end`, `${entry.sizeBytes} bytes`);
}

function notMedia(entry: Entry, kind: "segment" | "mp4" | "snapshot", expected: string): Problem {
  return problem(entry, `${kind}-not-media`, expected, "other content");
}

function problem({ key }: Entry, check: keyof typeof FILE_CHECKS, expected: string, observed: string): Problem {
  return fileProblem(check, { subject: key, expected, observed });
}

function beginsWith(bytes: Uint8Array, magic: number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
