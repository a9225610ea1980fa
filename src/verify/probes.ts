/** What a few ranged reads show of one file. A probe finds what is broken; it does not prove that every frame decodes. */
import { segmentStartMs } from "../agora/names/file-names.ts";
import { type CheckId, problem } from "../checks/checks.ts";
import { inspectJpeg } from "../media/jpeg/jpeg-end.ts";
import { inspectMp4, type Mp4, type Mp4Track } from "../media/mp4/inspect-mp4.ts";
import { inspectWebm, type WebmState } from "../media/webm/inspect-webm.ts";
import { FILE_KINDS, type FileKind } from "../recording/file-kinds.ts";
import type { FileResult } from "../recording/file-result.ts";
import type { Entry, SegmentEntry } from "../recording/types.ts";
import type { OpenFile } from "./file-reader.ts";
import { computeFingerprint, HEAD_BYTES } from "./fingerprint.ts";
import { probeSegmentPackets } from "./segment-scan.ts";

/** A file to verify. */
export type ListedFile =
  | { kind: "segment"; entry: SegmentEntry }
  | { kind: Exclude<FileKind, "segment">; entry: Entry };

/** Less than this between two fragments is the rounding of their times. */
const MP4_GAP_SECONDS = 1;
const SOUND_HEAD_BYTES = 8;

/** Probes a file as its kind needs. */
export async function probeFile({ kind, entry }: ListedFile, file: OpenFile): Promise<FileResult> {
  switch (kind) {
    case "playlist": // was read before
      return { problems: [] };
    case "segment":
      return entry.container === "ts" ? probeSegmentPackets(entry, file) : probeWebm(entry, file);
    case "mp4":
      return probeMp4(entry, file);
    case "mp3":
      return probeSound(entry, file);
    case "snapshot":
      return probeSnapshot(entry, file);
  }
}

/** Of a web sender who used VP8 or VP9. Only an MPD names parts that have no header. */
async function probeWebm({ key }: SegmentEntry, file: OpenFile): Promise<FileResult> {
  const fingerprint = computeFingerprint(file, await file.read(0, HEAD_BYTES));
  const { state, hasHeader, tracks } = await inspectWebm(file);
  // A name with a time is of a file of its own; a part's has numbers.
  const isPart = segmentStartMs(key) === undefined;
  if (state.kind === "not-webm" || (!hasHeader && !isPart)) {
    return { fingerprint, ...failCheck(FILE_KINDS.segment.checks.notMedia, { key, expected: "a WebM file" }) };
  }
  const holds = {
    sound: tracks.some((track) => track.kind === "audio"),
    pictures: tracks.some((track) => track.kind === "video"),
  };
  return { fingerprint, holds, problems: findWebmProblems(key, state) };
}

function findWebmProblems(key: string, state: WebmState): FileResult["problems"] {
  if (state.kind !== "damaged" && state.kind !== "unproven") return [];
  const check = state.kind === "damaged" ? FILE_KINDS.segment.checks.truncated : "segment-unproven";
  return failCheck(check, { key, expected: "elements that add up to the file", observed: state.reason }).problems;
}

/** An MP4 must be whole boxes from its first to its last byte, with a movie, and every sample of it within media data. */
async function probeMp4(entry: Entry, file: OpenFile): Promise<FileResult> {
  const mp4 = await inspectMp4(file);
  const fingerprint = computeFingerprint(file, await file.read(0, HEAD_BYTES));
  const { durationSeconds } = mp4;
  const problems = findMp4Problems(entry, mp4);
  return { fingerprint, problems, ...(durationSeconds !== null && { durationSeconds }) };
}

function findMp4Problems({ key }: Entry, { state, tracks }: Mp4): FileResult["problems"] {
  const { notMedia, truncated } = FILE_KINDS.mp4.checks;
  switch (state.kind) {
    case "not-mp4":
      return failCheck(notMedia, { key, expected: "an MP4" }).problems;
    case "no-movie":
      return failCheck("mp4-no-moov", { key, expected: "a moov box", observed: "none" }).problems;
    case "unfinished":
      return failCheck("mp4-unfinished", { key, expected: "a finished MP4", observed: state.reason }).problems;
    case "damaged":
      return failCheck(truncated, { key, expected: "boxes and media that add up to the file", observed: state.reason })
        .problems;
    case "unproven":
      return failCheck("mp4-unproven", { key, expected: "an MP4 of usual size", observed: state.reason }).problems;
    case "whole":
      return tracks.flatMap((track) => findGaps(key, track));
  }
}

function findGaps(key: string, { id, gapSeconds }: Mp4Track): FileResult["problems"] {
  if (gapSeconds <= MP4_GAP_SECONDS) return [];
  const observed = `${gapSeconds.toFixed(3)} s are missing in track ${id}`;
  return failCheck("mp4-gap", { key, expected: "fragments that follow each other", observed }).problems;
}

/** Sound alone begins with an ID3 tag, a frame of MPEG audio or ADTS, or as an MP4 file. */
async function probeSound({ key }: Entry, file: OpenFile): Promise<FileResult> {
  const head = await file.read(0, SOUND_HEAD_BYTES);
  const text = Buffer.from(head).toString("latin1");
  const isFrame = head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0;
  if (isFrame || text.startsWith("ID3") || text.slice(4, 8) === "ftyp") return { problems: [] };
  return failCheck(FILE_KINDS.mp3.checks.notMedia, { key, expected: "an MP3, M4A or AAC" });
}

/** A snapshot must be a JPEG with the end of its picture, not of a thumbnail in it. */
async function probeSnapshot({ key }: Entry, file: OpenFile): Promise<FileResult> {
  const { notMedia, truncated } = FILE_KINDS.snapshot.checks;
  const state = await inspectJpeg(file);
  if (state.kind === "whole") return { problems: [] };
  if (state.kind === "not-jpeg") return failCheck(notMedia, { key, expected: "a JPEG" });
  const check = state.kind === "damaged" ? truncated : "snapshot-unproven";
  return failCheck(check, { key, expected: "a JPEG with its end", observed: state.reason });
}

function failCheck(
  check: CheckId,
  { key, expected, observed = "other content" }: { key: string; expected: string; observed?: string },
): Pick<FileResult, "problems"> {
  return { problems: [problem(check, { subject: key, expected, observed })] };
}
