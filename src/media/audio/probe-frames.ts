/** Reads the two ends of an MP3 or AAC file: how long it plays, by what its first frame or its rate says, and whether it is cut. */
import type { ByteSource } from "../byte-source.ts";
import type { FrameFormat } from "./frame-format.ts";
import { type FrameWalk, FrameWalker } from "./frame-walker.ts";

/** A file so small is read at once. */
const WHOLE_BYTES = 1024 * 1024;
const END_BYTES = 128 * 1024;
/** So many frames one after the other are no accident. */
const FRAMES_IN_A_ROW = 4;

export type ProbedFrames = {
  /** What was seen; of a large file, that of its two ends together. */
  walk: FrameWalk;
  durationSeconds: number;
  /** Whether the duration is the first frame's count, or the size by the rate of the beginning. */
  isEstimated: boolean;
};

export async function probeFrames(file: ByteSource, format: FrameFormat): Promise<ProbedFrames> {
  if (file.sizeBytes <= WHOLE_BYTES) {
    const walk = walkOver(format, await file.read(0, file.sizeBytes));
    return { walk, durationSeconds: walk.durationSeconds, isEstimated: false };
  }
  const start = walkOver(format, await file.read(0, END_BYTES));
  const tailAt = file.sizeBytes - END_BYTES;
  const tail = await file.read(tailAt, END_BYTES);
  const begin = firstFrame(format, tail);
  const end = walkOver(format, tail.subarray(begin));

  const perFrame = start.frames === 0 ? 0 : start.durationSeconds / start.frames;
  const byRate = (start.durationSeconds * file.sizeBytes) / END_BYTES;
  const lostAt = start.lostAt ?? (end.lostAt === null ? null : tailAt + begin + end.lostAt);
  return {
    walk: { ...end, frames: start.frames + end.frames, expectedFrames: start.expectedFrames, lostAt },
    durationSeconds: start.expectedFrames === null ? byRate : start.expectedFrames * perFrame,
    isEstimated: true,
  };
}

function walkOver(format: FrameFormat, bytes: Uint8Array): FrameWalk {
  const walker = new FrameWalker(format);
  walker.take(bytes);
  return walker.finish();
}

/** Where the first of several frames begins; 0 where none do. */
function firstFrame(format: FrameFormat, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; at += 1) {
    let next = at;
    let frames = 0;
    for (; frames < FRAMES_IN_A_ROW; frames += 1) {
      const frame = format.parse(bytes, next);
      if (frame === undefined) break;
      next += frame.bytes;
    }
    if (frames === FRAMES_IN_A_ROW) return at;
  }
  return 0;
}
