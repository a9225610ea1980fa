/** Follows a track's sample tables (ISO/IEC 14496-12, 8.6 and 8.7): how long it plays, and whether its samples are there. */
import { type FileReader, ReadingEnd } from "../file-reader.ts";
import type { Box } from "./box-header.ts";
import type { ByteRanges } from "./byte-ranges.ts";
import type { Track } from "./movie.ts";
import { TableCursor } from "./table-cursor.ts";

/** A day of pictures and sound has about six million. */
const MAX_SAMPLES = 50_000_000;

export type TrackSamples = { sampleCount: number; ticks: number };

/** Throws a `ReadingEnd` where a sample lies outside of all media data, or the tables do not fit each other. */
export async function followSamples(file: FileReader, { tables }: Track, media: ByteRanges): Promise<TrackSamples> {
  const { stts, stsc, stsz = tables.stz2, stco = tables.co64 } = tables;
  if (!stts || !stsc || !stsz || !stco) throw new ReadingEnd("damaged", "a track without its sample tables");
  const times = await sumTimes(file, stts);
  const sizes = await openSizes(file, stsz);
  const counted = await followChunks(file, { stsc, stco, sizes, media });
  if (counted !== sizes.count || times.sampleCount !== sizes.count) {
    const counts = `${sizes.count} sizes, ${times.sampleCount} times, ${counted} in chunks`;
    throw new ReadingEnd("damaged", `sample tables that do not agree: ${counts}`);
  }
  return times;
}

/** Decoding time to sample, 8.6.1.2: runs of samples of the same length. */
async function sumTimes(file: FileReader, stts: Box): Promise<TrackSamples> {
  const cursor = await openTable(file, stts, 8);
  const sum = { sampleCount: 0, ticks: 0 };
  while (cursor.left > 0) {
    if (cursor.isEmpty) await cursor.fill();
    const count = cursor.peek(0);
    sum.ticks += count * cursor.take(4);
    sum.sampleCount += count;
  }
  return sum;
}

type Sizes = {
  count: number;
  /** The bytes of this many samples. */
  sumOf(samples: number): Promise<number>;
};

/** Sample sizes, 8.7.3: one for all, or one for each, in `stz2` of 4, 8 or 16 bits. */
async function openSizes(file: FileReader, { type, contentAt, end }: Box): Promise<Sizes> {
  const view = await file.view(contentAt, 12);
  const [uniform, count] = [type === "stsz" ? view.getUint32(4) : 0, view.getUint32(8)];
  if (count > MAX_SAMPLES) throw new ReadingEnd("unproven", `more than ${MAX_SAMPLES} samples`);
  if (uniform > 0) return { count, sumOf: async (samples) => samples * uniform };

  const bits = type === "stsz" ? 32 : view.getUint8(7);
  if (![8, 16, 32].includes(bits)) throw new ReadingEnd("unproven", `sample sizes of ${bits} bits`);
  const cursor = new TableCursor(file, { at: contentAt + 12, end, count, entryBytes: bits / 8 });
  return { count, sumOf: (samples) => sumNext(cursor, samples) };
}

async function sumNext(cursor: TableCursor, samples: number): Promise<number> {
  if (samples > cursor.left) throw new ReadingEnd("damaged", "more samples in chunks than have a size");
  let bytes = 0;
  for (let sample = 0; sample < samples; sample += 1) {
    if (cursor.isEmpty) await cursor.fill();
    bytes += cursor.take();
  }
  return bytes;
}

/** Sample to chunk, 8.7.4: runs of chunks with the same number of samples; chunk offsets, 8.7.5, of 32 or 64 bits. */
async function followChunks(
  file: FileReader,
  { stsc, stco, sizes, media }: { stsc: Box; stco: Box; sizes: Sizes; media: ByteRanges },
): Promise<number> {
  const runs = await openTable(file, stsc, 12);
  const entryBytes = stco.type === "co64" ? 8 : 4;
  const offsets = await openTable(file, stco, entryBytes);
  let perChunk = 0;
  let samples = 0;
  for (let chunk = 1; offsets.left > 0; chunk += 1) {
    if (runs.left > 0 && runs.isEmpty) await runs.fill();
    if (runs.left > 0 && runs.peek(0) <= chunk) perChunk = runs.take(4);
    if (offsets.isEmpty) await offsets.fill();
    const high = entryBytes === 8 ? offsets.peek(0) * 2 ** 32 : 0;
    const from = high + offsets.take(entryBytes - 4);
    const to = from + (await sizes.sumOf(perChunk));
    if (!media.includes({ from, to }))
      throw new ReadingEnd("damaged", `no media at bytes ${from} to ${to}, where samples are`);
    samples += perChunk;
  }
  return samples;
}

/** A full box whose entries follow their count. */
async function openTable(file: FileReader, { contentAt, end }: Box, entryBytes: number): Promise<TableCursor> {
  const count = (await file.view(contentAt, 8)).getUint32(4);
  return new TableCursor(file, { at: contentAt + 8, end, count, entryBytes });
}
