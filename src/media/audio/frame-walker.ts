/**
 * Walks the frames of an MP3 or AAC file as its bytes go by, in chunks of any size. Takes any bytes, never throws, does a
 * bounded piece of work for each byte, and keeps the bytes of one header only.
 */
import type { FrameFormat } from "./frame-format.ts";
import { expectedFrames } from "./frame-count.ts";

export type FrameWalk = {
  frames: number;
  durationSeconds: number;
  /** How many frames the first one announces, without itself; `null` where it says nothing. */
  expectedFrames: number | null;
  /** The first byte that belongs to no frame and no tag, and how many there are. */
  lostAt: number | null;
  lostBytes: number;
  /** How many bytes of the last frame are missing. */
  missingBytes: number;
};

/** ID3v2 (its header, and the length in groups of seven bits) comes first; ID3v1 and APEv2 come last. */
const ID3_HEADER_BYTES = 10;
const TAG_BYTES = 8;
/** As much of the first frame as may hold a count. */
const FIRST_BYTES = 256;

export class FrameWalker {
  readonly #format: FrameFormat;
  #held: Uint8Array = new Uint8Array();
  #heldAt = 0;
  #skip = 0;
  #isBehind = false;
  readonly #walk: FrameWalk = {
    frames: 0,
    durationSeconds: 0,
    expectedFrames: null,
    lostAt: null,
    lostBytes: 0,
    missingBytes: 0,
  };

  constructor(format: FrameFormat) {
    this.#format = format;
  }

  take(chunk: Uint8Array): void {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const at = this.#walkOver(bytes, FIRST_BYTES);
    this.#held = bytes.slice(at);
    this.#heldAt += at;
  }

  /** What all bytes were, once the last chunk was taken. */
  finish(): FrameWalk {
    const at = this.#walkOver(this.#held, 1);
    this.#held = this.#held.subarray(at);
    return { ...this.#walk, missingBytes: this.#isBehind ? 0 : this.#skip };
  }

  /** Walks while at least `needed` bytes are at hand, and gives how many were walked over. */
  #walkOver(bytes: Uint8Array, needed: number): number {
    let at = 0;
    while (at < bytes.length) {
      const skipped = Math.min(this.#skip, bytes.length - at);
      this.#skip -= skipped;
      at += skipped;
      if (this.#isBehind) return bytes.length;
      if (bytes.length - at < needed) return at;
      this.#begin(bytes, at);
      // A byte of no frame is gone over.
      at += this.#skip === 0 ? 1 : 0;
    }
    return at;
  }

  /** What begins here: its length is skipped. */
  #begin(bytes: Uint8Array, at: number): void {
    // Frames begin with 0xff, tags with a letter.
    if (bytes[at] !== 0xff && this.#isTag(bytes, at)) return;
    const frame = this.#format.parse(bytes, at);
    if (frame === undefined) {
      this.#walk.lostAt ??= this.#heldAt + at;
      this.#walk.lostBytes += 1;
      return;
    }
    this.#skip = frame.bytes;
    const announced = this.#walk.frames === 0 ? expectedFrames(bytes.subarray(at, at + FIRST_BYTES)) : null;
    if (announced !== null && this.#walk.expectedFrames === null) {
      this.#walk.expectedFrames = announced;
      return;
    }
    this.#walk.frames += 1;
    this.#walk.durationSeconds += frame.seconds;
  }

  #isTag(bytes: Uint8Array, at: number): boolean {
    const name = String.fromCharCode(...bytes.subarray(at, at + TAG_BYTES));
    if (name.startsWith("ID3") && this.#walk.frames === 0 && bytes.length - at >= ID3_HEADER_BYTES) {
      const size = bytes.subarray(at + 6, at + 10).reduce((value, byte) => value * 128 + (byte & 0x7f), 0);
      this.#skip = ID3_HEADER_BYTES + size;
      return true;
    }
    this.#isBehind = name.startsWith("TAG") || name === "APETAGEX";
    return this.#isBehind;
  }
}
