/** What a few ranged reads show of one file. A probe finds what is broken; it does not prove that every frame decodes. */
import { findWrongDuration } from "../checks/duration.ts";
import { type CheckId, problem } from "../checks/checks.ts";
import type { Problem } from "../contract/problem.ts";
import { sha256Hex } from "../lib/sha256.ts";
import { JPEG, JPEG_END, JPEG_TAIL_BYTES } from "../media/jpeg.ts";
import { readMp4Boxes } from "../media/mp4/boxes.ts";
import { isTransportStream, PACKET_BYTES, readPresentationTimes } from "../media/ts/transport-stream.ts";
import { EBML } from "../media/webm.ts";
import { FILE_KINDS, type FileKind } from "../recording/file-kinds.ts";
import type { FileResult } from "../recording/file-result.ts";
import type { Entry, SegmentEntry } from "../recording/types.ts";
import type { OpenFile } from "./file-reader.ts";

/** A file to verify. */
export type ListedFile =
  | { kind: "segment"; entry: SegmentEntry }
  | { kind: Exclude<FileKind, "segment">; entry: Entry };

/** The tables, and the beginning of the first picture or sound. */
const HEAD_BYTES = 64 * PACKET_BYTES;
/** At the rates that Agora records with, the last pictures and sounds begin in here. */
const TAIL_BYTES = 350 * PACKET_BYTES;

/** Probes a file as its kind needs. */
export async function probeFile({ kind, entry }: ListedFile, file: OpenFile): Promise<FileResult> {
  switch (kind) {
    case "playlist": // was read before
      return { problems: [] };
    case "segment":
      return probeSegment(entry, file);
    case "mp4":
      return probeMp4(entry, file);
    case "snapshot":
      return probeSnapshot(entry, file);
  }
}

/** Segments are MPEG-TS, or WebM where a web sender used VP8 or VP9. Of WebM only the beginning is read. */
async function probeSegment(entry: SegmentEntry, file: OpenFile): Promise<FileResult> {
  const { notMedia, truncated } = FILE_KINDS.segment.checks;
  const isShort = file.sizeBytes <= HEAD_BYTES + TAIL_BYTES;
  const head = await file.read(0, isShort ? file.sizeBytes : HEAD_BYTES);
  const fingerprint = computeFingerprint(file, head);
  if (entry.container === "webm") {
    const isWebm = beginsWith(head, EBML);
    return isWebm
      ? { fingerprint, problems: [] }
      : { fingerprint, ...otherContent(notMedia, { subject: entry.key, expected: "a WebM file" }) };
  }
  const times = isTransportStream(head) ? readPresentationTimes(head) : [];
  const [first] = times;
  if (first === undefined) {
    return {
      fingerprint,
      ...otherContent(notMedia, { subject: entry.key, expected: "a transport stream with pictures or sound" }),
    };
  }
  const excess = file.sizeBytes % PACKET_BYTES;
  const tail = isShort || excess !== 0 ? head : await file.read(file.sizeBytes - TAIL_BYTES, TAIL_BYTES);
  if (excess !== 0 || !isTransportStream(tail.subarray(-3 * PACKET_BYTES))) {
    const expected = `packets of ${PACKET_BYTES} bytes to the end`;
    const observed = `${entry.sizeBytes} bytes`;
    return { fingerprint, problems: [problem(truncated, { subject: entry.key, expected, observed })] };
  }
  const later = isShort ? times : readPresentationTimes(tail);
  return { fingerprint, firstTime: first.ticks, problems: findWrongDuration(entry, { head: times, tail: later }) };
}

/** An MP4 must be whole boxes from its first to its last byte, with a file type and a movie header. */
async function probeMp4(entry: Entry, file: OpenFile): Promise<FileResult> {
  const { key: subject } = entry;
  const { notMedia, truncated } = FILE_KINDS.mp4.checks;
  const { flaw, hasFileType, hasMovie, durationSeconds } = await readMp4Boxes(file);
  if (flaw !== null) {
    return { problems: [problem(truncated, { subject, expected: "boxes that add up to the file", observed: flaw })] };
  }
  if (!hasFileType) return otherContent(notMedia, { subject: entry.key, expected: "an MP4" });
  if (!hasMovie) return { problems: [problem("mp4-no-moov", { subject, expected: "a moov box", observed: "none" })] };
  const fingerprint = computeFingerprint(file, await file.read(0, HEAD_BYTES));
  return { fingerprint, problems: [], ...(durationSeconds !== null && { durationSeconds }) };
}

/** A snapshot must begin and end as a JPEG. */
async function probeSnapshot(entry: Entry, file: OpenFile): Promise<FileResult> {
  const { notMedia, truncated } = FILE_KINDS.snapshot.checks;
  const head = await file.read(0, JPEG.length);
  if (!beginsWith(head, JPEG)) return otherContent(notMedia, { subject: entry.key, expected: "a JPEG" });

  const tail = await file.read(Math.max(0, file.sizeBytes - JPEG_TAIL_BYTES), JPEG_TAIL_BYTES);
  if (Buffer.from(tail).includes(JPEG_END)) return { problems: [] };
  const observed = `none in ${file.sizeBytes} bytes`;
  return { problems: [problem(truncated, { subject: entry.key, expected: "a JPEG with its end", observed })] };
}

function computeFingerprint({ sizeBytes }: OpenFile, head: Uint8Array): string {
  return `${sizeBytes} ${sha256Hex(head.subarray(0, HEAD_BYTES))}`;
}

function otherContent(check: CheckId, facts: Pick<Problem, "subject" | "expected">): Pick<FileResult, "problems"> {
  return { problems: [problem(check, { ...facts, observed: "other content" })] };
}

function beginsWith(bytes: Uint8Array, magic: number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
