/** Sums the fragments of a movie (ISO/IEC 14496-12, 8.8): how long each track plays, and where the samples must be. */
import { type FileReader, ReadingEnd } from "../file-reader.ts";
import { type Box, boxesBetween } from "./box-header.ts";
import type { ByteRange } from "./byte-ranges.ts";
import type { Track } from "./movie.ts";

/** Hours of fragments of a second, three tracks each. */
const MAX_RUNS = 200_000;
const MAX_FRAGMENT_TRACKS = 100;

export type TrackFragments = {
  sampleCount: number;
  ticks: number;
  /** Where the next fragment must go on (`tfdt`), in ticks; `null` before the first. */
  nextTicks: number | null;
  /** The largest time that is missing between two fragments, in ticks. */
  gapTicks: number;
};

/** `tf_flags` and `tr_flags`: 8.8.7.1 and 8.8.8.1. */
const BASE_OFFSET = 0x01;
const DESCRIPTION_INDEX = 0x02;
const DEFAULT_DURATION = 0x08;
const DEFAULT_SIZE = 0x10;
const RUN_DATA_OFFSET = 0x01;
const RUN_FIRST_FLAGS = 0x04;
const RUN_DURATION = 0x100;
const RUN_SIZE = 0x200;
const RUN_FLAGS = 0x400;
const RUN_COMPOSITION = 0x800;

type Defaults = { trackId: number; base: number; duration: number; size: number };

export class Fragments {
  readonly byTrack = new Map<number, TrackFragments>();
  /** Where samples must be: one range for each run. */
  readonly ranges: ByteRange[] = [];
  readonly #tracks: ReadonlyMap<number, Track>;

  constructor(tracks: ReadonlyMap<number, Track>) {
    this.#tracks = tracks;
  }

  async add(file: FileReader, moof: Box): Promise<void> {
    // 8.8.7.1: a track fragment without a base goes on where the one before it ended; the first one begins at the `moof`.
    let dataEnd = moof.at;
    let count = 0;
    for await (const box of boxesBetween(file, { at: moof.contentAt, end: moof.end })) {
      if (box.type !== "traf") continue;
      count += 1;
      if (count > MAX_FRAGMENT_TRACKS) throw new ReadingEnd("unproven", `more than ${MAX_FRAGMENT_TRACKS} tracks`);
      dataEnd = await this.#addTrack(file, { traf: box, moofAt: moof.at, dataEnd });
    }
  }

  async #addTrack(
    file: FileReader,
    { traf, moofAt, dataEnd }: { traf: Box; moofAt: number; dataEnd: number },
  ): Promise<number> {
    let defaults: Defaults = { trackId: 0, base: dataEnd, duration: 0, size: 0 };
    let next = dataEnd;
    for await (const box of boxesBetween(file, { at: traf.contentAt, end: traf.end })) {
      if (box.type === "tfhd") {
        defaults = await this.#readHeader(file, { tfhd: box, moofAt, dataEnd });
        next = defaults.base;
      }
      if (box.type === "tfdt") this.#startAt(defaults.trackId, await readDecodeTime(file, box));
      if (box.type === "trun") next = await this.#addRun(file, { trun: box, defaults, next });
    }
    return next;
  }

  async #readHeader(
    file: FileReader,
    { tfhd, moofAt, dataEnd }: { tfhd: Box; moofAt: number; dataEnd: number },
  ): Promise<Defaults> {
    const view = await file.view(tfhd.contentAt, tfhd.end - tfhd.contentAt > 64 ? 64 : tfhd.end - tfhd.contentAt);
    const flags = uint32(view, 0) & 0xff_ffff;
    const trackId = uint32(view, 4);
    const track = this.#tracks.get(trackId);
    let at = 8;
    const take = (flag: number, bytes: number) => {
      if ((flags & flag) === 0) return undefined;
      at += bytes;
      return bytes === 8 ? uint32(view, at - 8) * 2 ** 32 + uint32(view, at - 4) : uint32(view, at - 4);
    };
    const base = take(BASE_OFFSET, 8);
    take(DESCRIPTION_INDEX, 4);
    const duration = take(DEFAULT_DURATION, 4) ?? track?.defaults.duration ?? 0;
    const size = take(DEFAULT_SIZE, 4) ?? track?.defaults.size ?? 0;
    const isMoofBased = (flags & 0x02_0000) !== 0;
    return { trackId, base: base ?? (isMoofBased ? moofAt : dataEnd), duration, size };
  }

  /** 8.8.12: what is missing in front of this fragment. */
  #startAt(trackId: number, ticks: number): void {
    const track = this.#trackOf(trackId);
    if (track.nextTicks !== null) track.gapTicks = Math.max(track.gapTicks, ticks - track.nextTicks);
    track.nextTicks = ticks;
  }

  /** 8.8.8: gives where the data of the run end. */
  async #addRun(
    file: FileReader,
    { trun, defaults, next }: { trun: Box; defaults: Defaults; next: number },
  ): Promise<number> {
    if (this.ranges.length >= MAX_RUNS) throw new ReadingEnd("unproven", `more than ${MAX_RUNS} runs of samples`);
    const header = await file.view(trun.contentAt, Math.min(16, trun.end - trun.contentAt));
    const flags = uint32(header, 0) & 0xff_ffff;
    const count = uint32(header, 4);
    const hasOffset = (flags & RUN_DATA_OFFSET) !== 0;
    const from = hasOffset && header.byteLength >= 12 ? defaults.base + header.getInt32(8) : next;
    const at = trun.contentAt + 8 + (hasOffset ? 4 : 0) + ((flags & RUN_FIRST_FLAGS) === 0 ? 0 : 4);
    const { ticks, bytes } = await sumRun(file, { at, end: trun.end, count, flags, defaults });

    const track = this.#trackOf(defaults.trackId);
    track.sampleCount += count;
    track.ticks += ticks;
    track.nextTicks = (track.nextTicks ?? 0) + ticks;
    this.ranges.push({ from, to: from + bytes });
    return from + bytes;
  }

  #trackOf(id: number): TrackFragments {
    const track = this.byTrack.get(id) ?? { sampleCount: 0, ticks: 0, nextTicks: null, gapTicks: 0 };
    this.byTrack.set(id, track);
    return track;
  }
}

type Run = { at: number; end: number; count: number; flags: number; defaults: Defaults };

async function sumRun(file: FileReader, run: Run): Promise<{ ticks: number; bytes: number }> {
  const { at, end, count, flags, defaults } = run;
  const fields = [RUN_DURATION, RUN_SIZE, RUN_FLAGS, RUN_COMPOSITION].filter((flag) => (flags & flag) !== 0);
  const entryBytes = 4 * fields.length;
  if (at + count * entryBytes > end)
    throw new ReadingEnd("damaged", `a run of samples at byte ${at} that is too short`);
  const [durationAt, sizeAt] = [fields.indexOf(RUN_DURATION), fields.indexOf(RUN_SIZE)];
  const sum = { ticks: durationAt < 0 ? count * defaults.duration : 0, bytes: sizeAt < 0 ? count * defaults.size : 0 };
  if (durationAt < 0 && sizeAt < 0) return sum;

  // The run lies in its box, so that it is no longer than the file, and its reads are of the file's budget.
  for (let sample = 0; sample < count; sample += 1) {
    const view = await file.view(at + sample * entryBytes, entryBytes);
    if (durationAt >= 0) sum.ticks += view.getUint32(4 * durationAt);
    if (sizeAt >= 0) sum.bytes += view.getUint32(4 * sizeAt);
  }
  return sum;
}

async function readDecodeTime(file: FileReader, { contentAt, end }: Box): Promise<number> {
  const view = await file.view(contentAt, Math.min(12, end - contentAt));
  const isLong = view.byteLength >= 12 && view.getUint8(0) === 1;
  return isLong ? Number(view.getBigUint64(4)) : uint32(view, 4);
}

/** 0 behind the end of a box that is too short. */
function uint32(view: DataView, at: number): number {
  return at + 4 <= view.byteLength ? view.getUint32(at) : 0;
}
