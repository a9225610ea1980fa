/** What the packets of a segment show: a few of them at level `probe`, all of them at level `hash`. */
import { problem } from "../checks/checks.ts";
import { judgeSegmentMedia, SEGMENT_MEDIA_RULES } from "../checks/segment-media.ts";
import { PacketScanner } from "../media/ts/packet-scanner.ts";
import { type SegmentMedia, wholeMedia } from "../media/ts/segment-media.ts";
import { probeTransportStream } from "../media/ts/segment-probe.ts";
import { isTransportStream } from "../media/ts/transport-stream.ts";
import { FILE_KINDS } from "../recording/file-kinds.ts";
import type { FileResult } from "../recording/file-result.ts";
import type { SegmentEntry } from "../recording/types.ts";
import type { OpenFile } from "./file-reader.ts";
import { computeFingerprint, HEAD_BYTES } from "./fingerprint.ts";

/** Reads a few parts of a segment. */
export async function probeSegmentPackets(entry: SegmentEntry, file: OpenFile): Promise<FileResult> {
  return judgeSegment(entry, await probeTransportStream(file));
}

/** Sees every packet of a segment, in chunks of any size. */
export class SegmentScan {
  readonly #entry: SegmentEntry;
  readonly #scanner = new PacketScanner();
  #first: Uint8Array = new Uint8Array();

  constructor(entry: SegmentEntry) {
    this.#entry = entry;
  }

  take(chunk: Uint8Array): void {
    if (this.#first.length < HEAD_BYTES) {
      this.#first = Buffer.concat([this.#first, chunk.subarray(0, HEAD_BYTES - this.#first.length)]);
    }
    this.#scanner.take(chunk);
  }

  /** What all of it shows, once the last chunk was taken. */
  finish(): FileResult {
    const media = isTransportStream(this.#first) ? wholeMedia(this.#scanner.scan) : null;
    return judgeSegment(this.#entry, { media, first: this.#first });
  }
}

function judgeSegment(
  entry: SegmentEntry,
  { media, first }: { media: SegmentMedia | null; first: Uint8Array },
): FileResult {
  const { key: subject, durationSeconds } = entry;
  const fingerprint = computeFingerprint(entry, first);
  if (media === null) {
    const facts = { subject, expected: "a transport stream with pictures or sound", observed: "other content" };
    return { fingerprint, problems: [problem(FILE_KINDS.segment.checks.notMedia, facts)] };
  }
  const problems = judgeSegmentMedia(media, durationSeconds).map(({ rule, expected, observed }) =>
    problem(SEGMENT_MEDIA_RULES[rule], { subject, expected, observed }),
  );
  const { firstTicks } = media;
  return { fingerprint, problems, holds: listMedia(media), ...(firstTicks !== null && { firstTime: firstTicks }) };
}

/** What begins in a segment; it may announce more. */
function listMedia({ streams }: SegmentMedia): NonNullable<FileResult["holds"]> {
  const begun = streams.filter(({ startSeconds }) => startSeconds !== null);
  return {
    sound: begun.some(({ kind }) => kind === "audio"),
    pictures: begun.some(({ kind }) => kind === "video"),
  };
}
