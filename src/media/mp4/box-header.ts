/** The header of a box, and the boxes that lie one after the other in a part of a file: ISO/IEC 14496-12, 4.2. */
import { type FileReader, ReadingEnd } from "../file-reader.ts";

export type Box = {
  type: string;
  /** Where the box begins, its content begins, and the box ends, as bytes of the file. */
  at: number;
  contentAt: number;
  end: number;
  /** Whether its size is 0, which means "to the end of the file": its writer did not know it, or not yet. */
  isOpenEnded: boolean;
};

/** A box header with a 64-bit size. */
const LARGE_HEADER_BYTES = 16;
/** Hours of fragments of a tenth of a second. */
const MAX_BOXES = 500_000;

/** Gives the boxes between two places. Throws a `ReadingEnd` where no box is, or one ends behind `end`. */
export async function* boxesBetween(file: FileReader, { at, end }: { at: number; end: number }): AsyncGenerator<Box> {
  let next = at;
  for (let boxes = 0; next < end; boxes += 1) {
    if (boxes === MAX_BOXES) throw new ReadingEnd("unproven", `more than ${MAX_BOXES} boxes`);
    const header = await file.upTo(next, Math.min(LARGE_HEADER_BYTES, end - next));
    // Zeros where a box could be are padding, but only within another box.
    if (end < file.sizeBytes && header.every((byte) => byte === 0)) return;
    const box = parseBoxHeader(header, { at: next, end });
    if (box === undefined) throw new ReadingEnd("damaged", `no box at byte ${next} of ${file.sizeBytes}`);
    if (box.end > end) throw new CutBox(box, end);
    yield box;
    next = box.end;
  }
}

/** A box that ends behind the part that holds it. */
export class CutBox extends ReadingEnd {
  readonly box: Box;

  constructor(box: Box, end: number) {
    super("damaged", `a box at byte ${box.at} that ends behind byte ${end}`);
    this.box = box;
  }
}

/** A size of 1 is followed by one of 64 bits, a size of 0 reaches to the end. Every box takes eight bytes at least. */
function parseBoxHeader(bytes: Uint8Array, { at, end }: { at: number; end: number }): Box | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const type = String.fromCharCode(...bytes.subarray(4, 8));
  const size = view.getUint32(0);
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return undefined;
  if (size === 0) return { type, at, contentAt: at + 8, end, isOpenEnded: true };
  if (size !== 1) return size < 8 ? undefined : { type, at, contentAt: at + 8, end: at + size, isOpenEnded: false };

  // Above 2^53 the number is inexact and in any case larger than every file.
  const large = bytes.length < LARGE_HEADER_BYTES ? 0 : Number(view.getBigUint64(8));
  if (large < LARGE_HEADER_BYTES) return undefined;
  return { type, at, contentAt: at + LARGE_HEADER_BYTES, end: at + large, isOpenEnded: false };
}
