/** A cluster of a WebM (RFC 9559, 5.1.3): when its first and its last block play. */
import type { FileReader } from "../file-reader.ts";
import { type Element, elementsBetween, readNumber } from "./element.ts";

/** In ticks of the file's scale. */
export type BlockTimes = { earliest: number; latest: number };

const [TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, BLOCK] = [0xe7, 0xa3, 0xa0, 0xa1];
/** The elements that may be in a cluster; those of four bytes begin what comes behind it. */
const LARGEST_CHILD_ID = 0xff_ffff;

/** Walks the blocks, and gives where the cluster ends: an unknown size ends at the first element that cannot be in it. */
export async function walkCluster(
  file: FileReader,
  cluster: Element,
): Promise<{ times: BlockTimes | null; end: number }> {
  let start = 0;
  const times = { earliest: Infinity, latest: -Infinity };
  const found = () => (times.earliest === Infinity ? null : times);
  for await (const element of elementsBetween(file, { at: cluster.contentAt, end: cluster.end })) {
    if (cluster.isUnknownSize && element.id > LARGEST_CHILD_ID) return { times: found(), end: element.at };
    if (element.id === TIMESTAMP) start = await readNumber(file, element);
    const offset = await blockOffset(file, element);
    if (offset === undefined) continue;
    times.earliest = Math.min(times.earliest, start + offset);
    times.latest = Math.max(times.latest, start + offset);
  }
  return { times: found(), end: cluster.end };
}

/** The time of a block within its cluster; in a group the block is the first element that is one. */
async function blockOffset(file: FileReader, element: Element): Promise<number | undefined> {
  if (element.id === SIMPLE_BLOCK) return readOffset(file, element);
  if (element.id !== BLOCK_GROUP) return undefined;
  for await (const child of elementsBetween(file, { at: element.contentAt, end: element.end })) {
    if (child.id === BLOCK) return readOffset(file, child);
  }
  return undefined;
}

/** RFC 9559, 10.1: the track's number as a variable-size integer, then the time as a signed one of 16 bits. */
async function readOffset(file: FileReader, { contentAt, end }: Element): Promise<number | undefined> {
  const bytes = await file.upTo(contentAt, Math.min(10, end - contentAt));
  const at = Math.clz32(bytes[0] ?? 0) - 23;
  if (bytes.length < at + 2) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getInt16(at);
}
