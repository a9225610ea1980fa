/**
 * Reads the boxes of an MP4 (ISO/IEC 14496-12) with small ranged reads: hours of media are proved whole without reading them.
 * No content makes it throw, read outside the file, or take more than `MAX_BOXES` steps. Errors of `read` pass through.
 */
import type { ByteSource } from "../byte-source.ts";

/** A recording's MP4 has about four top-level boxes, a fragmented one two for each fragment. */
const MAX_BOXES = 2000;
/** Holds a box header, and the start of `moov` with `mvhd`, which every known writer puts first. */
const WINDOW_BYTES = 256;

export type Mp4Info = {
  hasFileType: boolean;
  hasMovie: boolean;
  /** From `mvhd`; `null` where that has none. */
  durationSeconds: number | null;
  /** Why the boxes do not add up to the file, for people. */
  flaw: string | null;
};

type Box = { type: string; headerBytes: number; sizeBytes: number };

/** Reads the top-level boxes of a file. */
export async function readMp4Boxes(file: ByteSource): Promise<Mp4Info> {
  const { sizeBytes } = file;
  const info: Mp4Info = { hasFileType: false, hasMovie: false, durationSeconds: null, flaw: null };
  let at = 0;
  for (let boxes = 0; at < sizeBytes; boxes += 1) {
    if (boxes === MAX_BOXES) return { ...info, flaw: `more than ${MAX_BOXES} boxes` };

    const bytes = await file.read(at, WINDOW_BYTES);
    const box = readBox(bytes, sizeBytes - at);
    if (!box) return { ...info, flaw: `no box at byte ${at} of ${sizeBytes}` };
    if (box.sizeBytes > sizeBytes - at) {
      return { ...info, flaw: `a box at byte ${at} that ends behind the file's ${sizeBytes} bytes` };
    }
    info.hasFileType ||= box.type === "ftyp";
    if (box.type === "moov") {
      info.hasMovie = true;
      info.durationSeconds = readMovieDuration(bytes.subarray(box.headerBytes));
    }
    at += box.sizeBytes;
  }
  return info;
}

/** ISO/IEC 14496-12, 4.2: a size of 1 is followed by one of 64 bits, a size of 0 reaches to the end. */
function readBox(bytes: Uint8Array, available: number): Box | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  const size = view.getUint32(0);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return undefined;

  if (size === 0) return { type, headerBytes: 8, sizeBytes: available };
  if (size === 1) {
    // Above 2^53 the number is inexact and in any case larger than every file.
    const large = bytes.length < 16 ? 0 : Number(view.getBigUint64(8));
    return large < 16 ? undefined : { type, headerBytes: 16, sizeBytes: large };
  }
  return size < 8 ? undefined : { type, headerBytes: 8, sizeBytes: size };
}

/** ISO/IEC 14496-12, 8.2.2: `mvhd` in version 0 with 32-bit times or version 1 with 64-bit ones; all ones is "unknown". */
function readMovieDuration(content: Uint8Array): number | null {
  const box = readBox(content, content.length);
  if (box?.type !== "mvhd" || content.length < box.headerBytes + 32) return null;

  const view = new DataView(content.buffer, content.byteOffset + box.headerBytes);
  const isLong = view.getUint8(0) === 1;
  const timescale = view.getUint32(isLong ? 20 : 12);
  const duration = isLong ? view.getBigUint64(24) : BigInt(view.getUint32(16));
  const unknown = isLong ? 2n ** 64n - 1n : 2n ** 32n - 1n;
  return timescale === 0 || duration === unknown ? null : Number(duration) / timescale;
}
