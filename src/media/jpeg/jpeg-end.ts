/** Whether a JPEG is there to its end: ITU-T T.81, annex B. A thumbnail in front of the picture is not taken for it. */
import type { ByteSource } from "../byte-source.ts";
import { FileReader, ReadingEnd } from "../file-reader.ts";

const BUDGET = { reads: 200, bytes: 16 * 1024 * 1024 };
/** Metadata of some megabytes lies in segments of 64 kB. */
const MAX_SEGMENTS = 1000;
/** Some cameras pad behind the end. */
const TAIL_BYTES = 1024;

/** B.1.1.3. */
const [START, END, SCAN] = [0xd8, 0xd9, 0xda];

export type JpegState =
  | { kind: "whole" }
  | { kind: "not-jpeg" }
  | { kind: "damaged"; reason: string }
  | { kind: "unproven"; reason: string };

export async function inspectJpeg(source: ByteSource): Promise<JpegState> {
  const file = new FileReader(source, BUDGET);
  try {
    const start = await file.upTo(0, 3);
    if (start[0] !== 0xff || start[1] !== START || start[2] !== 0xff) return { kind: "not-jpeg" };
    const scanAt = await findScan(file);
    return await findEnd(file, scanAt);
  } catch (error) {
    if (!(error instanceof ReadingEnd)) throw error;
    return { kind: error.kind, reason: error.message };
  }
}

/** Where the compressed data begin: behind the segments, each of which says its length, thumbnails and all (B.1.1.4). */
async function findScan(file: FileReader): Promise<number> {
  let at = 2;
  for (let segments = 0; segments < MAX_SEGMENTS; segments += 1) {
    const view = await file.view(at, 4);
    const [first, marker] = [view.getUint8(0), view.getUint8(1)];
    if (first !== 0xff) throw new ReadingEnd("damaged", `no marker at byte ${at}`);
    // B.1.1.2: a marker may be preceded by any number of fill bytes.
    if (marker === 0xff) at += 1;
    else if (marker === END) throw new ReadingEnd("damaged", "an end before the picture");
    else at += 2 + Math.max(2, view.getUint16(2));
    if (marker === SCAN) return at;
  }
  throw new ReadingEnd("unproven", `more than ${MAX_SEGMENTS} segments`);
}

/** Compressed data cannot contain the end marker (B.1.1.5). */
async function findEnd(file: FileReader, scanAt: number): Promise<JpegState> {
  const from = Math.max(scanAt, file.sizeBytes - TAIL_BYTES);
  const tail = await file.upTo(from, Math.max(0, file.sizeBytes - from));
  const found = tail.some((byte, index) => byte === 0xff && tail[index + 1] === END);
  return found ? { kind: "whole" } : { kind: "damaged", reason: `no end in ${file.sizeBytes} bytes` };
}
