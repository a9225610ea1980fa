/** What a few ranged reads tell of one file. A probe finds what is broken; it does not prove that every frame decodes. */

import type { Problem } from "../contract/problem.ts";
import { sha256Hex } from "../lib/sha256.ts";
import type { FileResult } from "../recording/file-facts.ts";
import type { Entry, SegmentEntry } from "../recording/types.ts";
import { problem } from "../checks/checks.ts";
import { findWrongDuration } from "../checks/duration.ts";
import { JPEG, JPEG_END, JPEG_TAIL_BYTES } from "../media/jpeg.ts";
import { EBML } from "../media/webm.ts";
import { readMp4Boxes } from "../media/mp4/boxes.ts";
import type { OpenFile } from "./file-reader.ts";
import { isTransportStream, PACKET_BYTES, readPresentationTimes } from "../media/ts/transport-stream.ts";

/** The tables, and the beginning of the first picture or sound. */
const HEAD_BYTES = 64 * PACKET_BYTES;
/** At the rates that Agora records with, the last pictures and sounds begin in here. */
const TAIL_BYTES = 350 * PACKET_BYTES;

/** Segments are MPEG-TS, or WebM where a web sender used VP8 or VP9; of WebM only the beginning is looked at. */
export async function probeSegment(entry: SegmentEntry, file: OpenFile): Promise<FileResult> {
  const isShort = file.sizeBytes <= HEAD_BYTES + TAIL_BYTES;
  const head = await file.read(0, isShort ? file.sizeBytes : HEAD_BYTES);
  const fingerprint = fingerprintOf(file, head);
  if (entry.key.endsWith(".webm")) {
    return { fingerprint, problems: beginsWith(head, EBML) ? [] : [notMedia(entry, "segment", "a WebM file")] };
  }
  const times = isTransportStream(head) ? readPresentationTimes(head) : [];
  const [first] = times;
  if (first === undefined) {
    return { fingerprint, problems: [notMedia(entry, "segment", "a transport stream with pictures or sound")] };
  }
  const ragged = file.sizeBytes % PACKET_BYTES;
  const tail = isShort || ragged !== 0 ? head : await file.read(file.sizeBytes - TAIL_BYTES, TAIL_BYTES);
  if (ragged !== 0 || !isTransportStream(tail.subarray(-3 * PACKET_BYTES))) {
    return { fingerprint, problems: [truncated(entry)] };
  }
  const later = isShort ? times : readPresentationTimes(tail);
  return { fingerprint, firstTime: first.ticks, problems: findWrongDuration(entry, times, later) };
}

/** An MP4 must be whole boxes from its first to its last byte, with a file type and a movie header. */
export async function probeMp4(entry: Entry, file: OpenFile): Promise<FileResult> {
  const { flaw, hasFileType, hasMovie, durationSeconds } = await readMp4Boxes(file);
  if (flaw !== null)
    return {
      problems: [
        problem("mp4-truncated", { subject: entry.key, expected: "boxes that add up to the file", observed: flaw }),
      ],
    };
  if (!hasFileType) return { problems: [notMedia(entry, "mp4", "an MP4")] };
  if (!hasMovie)
    return { problems: [problem("mp4-no-moov", { subject: entry.key, expected: "a moov box", observed: "none" })] };
  const fingerprint = fingerprintOf(file, await file.read(0, HEAD_BYTES));
  return { fingerprint, problems: [], ...(durationSeconds !== null && { durationSeconds }) };
}

/** A snapshot must begin and end as a JPEG. */
export async function probeSnapshot(entry: Entry, file: OpenFile): Promise<FileResult> {
  const head = await file.read(0, JPEG.length);
  if (!beginsWith(head, JPEG)) return { problems: [notMedia(entry, "snapshot", "a JPEG")] };

  const tail = await file.read(Math.max(0, file.sizeBytes - JPEG_TAIL_BYTES), JPEG_TAIL_BYTES);
  if (Buffer.from(tail).includes(JPEG_END)) return { problems: [] };
  const observed = `none in ${file.sizeBytes} bytes`;
  return {
    problems: [problem("snapshot-truncated", { subject: entry.key, expected: "a JPEG with its end", observed })],
  };
}

function fingerprintOf({ sizeBytes }: OpenFile, head: Uint8Array): string {
  return `${sizeBytes} ${sha256Hex(head.subarray(0, HEAD_BYTES))}`;
}

function truncated(entry: Entry): Problem {
  const expected = `packets of ${PACKET_BYTES} bytes to the end`;
  return problem("segment-truncated", { subject: entry.key, expected, observed: `${entry.sizeBytes} bytes` });
}

function notMedia(entry: Entry, kind: "segment" | "mp4" | "snapshot", expected: string): Problem {
  return problem(`${kind}-not-media`, { subject: entry.key, expected, observed: "other content" });
}

function beginsWith(bytes: Uint8Array, magic: number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
