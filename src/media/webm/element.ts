/** The header of an EBML element (RFC 8794, sections 5 and 6), and the elements that lie one after the other. */
import { type FileReader, ReadingEnd } from "../file-reader.ts";

export type Element = {
  id: number;
  at: number;
  contentAt: number;
  end: number;
  /** Section 6.2: its writer did not know its size when it began. It ends where its parent, or an element of its own kind, does. */
  isUnknownSize: boolean;
};

/** An id of at most four bytes, and a size of at most eight. */
const MAX_HEADER_BYTES = 12;
const MAX_ELEMENTS = 5_000_000;

/** Gives the elements between two places. Throws a `ReadingEnd` where none is, or one ends behind `end`. */
export async function* elementsBetween(
  file: FileReader,
  { at, end }: { at: number; end: number },
): AsyncGenerator<Element, void, number | undefined> {
  let next = at;
  for (let elements = 0; next < end; elements += 1) {
    if (elements === MAX_ELEMENTS) throw new ReadingEnd("unproven", `more than ${MAX_ELEMENTS} elements`);
    const header = await file.upTo(next, Math.min(MAX_HEADER_BYTES, end - next));
    const element = parseElementHeader(header, { at: next, end });
    if (element === undefined) throw new ReadingEnd("damaged", `no element at byte ${next} of ${file.sizeBytes}`);
    if (element.end > end) throw new ReadingEnd("damaged", `an element at byte ${next} that ends behind byte ${end}`);
    // Who walks an element of unknown size knows where it ended, and says so.
    next = (yield element) ?? element.end;
  }
}

function parseElementHeader(bytes: Uint8Array, { at, end }: { at: number; end: number }): Element | undefined {
  const idBytes = Math.clz32(bytes[0] ?? 0) - 23;
  const sizeBytes = Math.clz32(bytes[idBytes] ?? 0) - 23;
  if (idBytes > 4 || sizeBytes > 8 || bytes.length < idBytes + sizeBytes) return undefined;

  const id = bytes.subarray(0, idBytes).reduce((value, byte) => value * 256 + byte, 0);
  const marker = 2 ** (8 - sizeBytes);
  const rest = bytes.subarray(idBytes + 1, idBytes + sizeBytes);
  const high = (bytes[idBytes] ?? 0) - marker;
  const isUnknownSize = high === marker - 1 && rest.every((byte) => byte === 0xff);
  // Above 2^53 the number is inexact and in any case larger than every file.
  const size = rest.reduce((value, byte) => value * 256 + byte, high);
  const contentAt = at + idBytes + sizeBytes;
  return { id, at, contentAt, end: isUnknownSize ? end : contentAt + size, isUnknownSize };
}

/** Section 7.2: a number of up to eight bytes; 0 for an empty element. */
export async function readNumber(file: FileReader, { contentAt, end }: Element): Promise<number> {
  if (end - contentAt > 8) throw new ReadingEnd("damaged", `a number of ${end - contentAt} bytes at byte ${contentAt}`);
  const bytes = await file.upTo(contentAt, end - contentAt);
  return bytes.reduce((value, byte) => value * 256 + byte, 0);
}

/** Section 7.3: a number with a floating point, of four or eight bytes. */
export async function readFloat(file: FileReader, { contentAt, end }: Element): Promise<number> {
  if (end - contentAt === 4) return (await file.view(contentAt, 4)).getFloat32(0);
  return end - contentAt === 8 ? (await file.view(contentAt, 8)).getFloat64(0) : 0;
}

/** The beginning of a text. */
export async function readText(file: FileReader, { contentAt, end }: Element): Promise<string> {
  const bytes = await file.upTo(contentAt, Math.min(64, end - contentAt));
  return String.fromCharCode(...bytes.filter((byte) => byte >= 0x20 && byte < 0x7f));
}
