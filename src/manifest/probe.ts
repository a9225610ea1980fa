/** What a few ranged reads tell of one file. A probe finds what is broken; it does not prove that every frame decodes. */
import { createHash } from "node:crypto";

import type { StoredChecksum } from "../bucket/bucket.ts";
import type { Problem } from "../contract.ts";
import type { Entry, SegmentEntry } from "./entries.ts";
import { walkMovie } from "./mp4.ts";
import type { OpenFile } from "./open-file.ts";
import { isTransportStream, PACKET_BYTES, playedSeconds, presentationTimes } from "./transport-stream.ts";

/** What a level learnt of one file. */
export type Facts = {
  problems: Problem[];
  checksum?: StoredChecksum;
  sha256?: string;
  /** A segment's first time stamp, in ticks of its transport stream. */
  firstTime?: number;
  /** The same for segments that begin with the same bytes and have the same size. */
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

/** Segments are MPEG-TS, or WebM where a web sender used VP8 or VP9; of WebM only the beginning is looked at. */
export async function probeSegment(entry: SegmentEntry, file: OpenFile): Promise<Facts> {
  const isShort = file.sizeBytes <= HEAD_BYTES + TAIL_BYTES;
  const head = await file.read(0, isShort ? file.sizeBytes : HEAD_BYTES);
  const fingerprint = `${file.sizeBytes} ${createHash("sha256").update(head.subarray(0, HEAD_BYTES)).digest("hex")}`;
  if (entry.key.endsWith(".webm")) {
    return { fingerprint, problems: beginsWith(head, EBML) ? [] : [notMedia(entry, "segment", "a WebM file")] };
  }
  if (!isTransportStream(head)) return { fingerprint, problems: [notMedia(entry, "segment", "a transport stream")] };
  if (file.sizeBytes % PACKET_BYTES !== 0) return { fingerprint, problems: [truncated(entry)] };

  const tail = isShort ? new Uint8Array() : await file.read(file.sizeBytes - TAIL_BYTES, TAIL_BYTES);
  const times = [...presentationTimes(head), ...presentationTimes(tail)];
  const [firstTime] = times;
  return {
    fingerprint,
    ...(firstTime !== undefined && { firstTime }),
    problems: wrongDuration(entry, playedSeconds(times)),
  };
}

/** An MP4 must be whole boxes from its first to its last byte, with a file type and a movie header. */
export async function probeMovie(entry: Entry, file: OpenFile): Promise<Facts> {
  const { flaw, hasFileType, hasMovie, durationSeconds } = await walkMovie(file);
  if (flaw !== null) return { problems: [problem(entry, "mp4-truncated", "boxes that add up to the file", flaw)] };
  if (!hasFileType) return { problems: [notMedia(entry, "mp4", "an MP4")] };
  if (!hasMovie) return { problems: [problem(entry, "mp4-no-moov", "a moov box", "none")] };
  return { problems: [], ...(durationSeconds !== null && { durationSeconds }) };
}

export async function probeSnapshot(entry: Entry, file: OpenFile): Promise<Facts> {
  const head = await file.read(0, JPEG.length);
  return { problems: beginsWith(head, JPEG) ? [] : [notMedia(entry, "snapshot", "a JPEG")] };
}

/** Only a warning: a frozen picture has no time stamps, and a playlist rounds. What is seen ends a frame or a few before the end. */
function wrongDuration(entry: SegmentEntry, measured: number | undefined): Problem[] {
  const tolerance = Math.max(1, entry.durationSeconds / 10);
  if (measured !== undefined && Math.abs(measured - entry.durationSeconds) <= tolerance) return [];
  const expected = `${entry.durationSeconds} s, as its playlist says`;
  const observed = measured === undefined ? "no time stamps" : `${measured.toFixed(3)} s`;
  return [{ check: "segment-duration", severity: "warning", subject: entry.key, expected, observed }];
}

function truncated(entry: Entry): Problem {
  return problem(entry, "segment-truncated", `packets of ${PACKET_BYTES} bytes`, `${entry.sizeBytes} bytes`);
}

function notMedia(entry: Entry, kind: "segment" | "mp4" | "snapshot", expected: string): Problem {
  return problem(entry, `${kind}-not-media`, expected, "other content");
}

function problem(entry: Entry, check: string, expected: string, observed: string): Problem {
  return { check, severity: "error", subject: entry.key, expected, observed };
}

function beginsWith(bytes: Uint8Array, magic: number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
