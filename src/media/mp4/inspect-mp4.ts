/**
 * Proves an MP4 (ISO/IEC 14496-12) whole without its media: boxes in any order, plain or fragmented. Every sample of every
 * track must lie within media data. Nothing in the file makes it throw, read outside of it, or work without end; what `read`
 * throws passes. Memory is bounded, however large the tables.
 */
import type { ByteSource } from "../byte-source.ts";
import { FileReader, ReadingEnd } from "../file-reader.ts";
import { type Box, boxesBetween, CutBox } from "./box-header.ts";
import { ByteRanges } from "./byte-ranges.ts";
import { Fragments } from "./fragments.ts";
import { type Movie, readMovie, type TrackKind } from "./movie.ts";
import { followSamples } from "./sample-tables.ts";
import { indexedEnd } from "./segment-index.ts";

/** Three hours of fragments of a second take two reads each; the tables of a day of two tracks some 60 MB. */
const BUDGET = { reads: 50_000, bytes: 256 * 1024 * 1024 };

export type Mp4Track = {
  id: number;
  kind: TrackKind;
  codec: string | null;
  /** What its samples play together, in seconds. */
  durationSeconds: number;
  sampleCount: number;
  /** The largest time that is missing between two fragments. */
  gapSeconds: number;
};

/**
 * `no-movie`: it was ended, and has no movie header. `unfinished`: its writer has not ended yet, or died. `damaged`: it was ended, and something is missing. `unproven`: it asks
 * for more work than is done for one file.
 */
export type Mp4State =
  | { kind: "whole" | "not-mp4" | "no-movie" }
  | { kind: "unfinished" | "damaged" | "unproven"; reason: string };

export type Mp4 = {
  state: Mp4State;
  isFragmented: boolean;
  /** The longest track's; `null` where none is known. */
  durationSeconds: number | null;
  tracks: Mp4Track[];
};

type Layout = { types: Set<string>; moov: Box | null; media: Box[]; fragments: Box[]; indexEnd: number };

/** Reads the boxes, the movie, and all tables. */
export async function inspectMp4(source: ByteSource): Promise<Mp4> {
  const file = new FileReader(source, BUDGET);
  const layout: Layout = { types: new Set(), moov: null, media: [], fragments: [], indexEnd: 0 };
  const mp4: Mp4 = { state: { kind: "whole" }, isFragmented: false, durationSeconds: null, tracks: [] };
  try {
    await readLayout(file, layout);
    if (!layout.types.has("ftyp")) return { ...mp4, state: { kind: "not-mp4" } };
    if (layout.moov === null) return { ...mp4, state: judgeLayout(layout) };
    const movie = await readMovie(file, layout.moov);
    mp4.isFragmented = movie.isFragmented;
    mp4.tracks = await readTracks(file, { layout, movie });
    const durations = mp4.tracks.map(({ durationSeconds }) => durationSeconds);
    if (durations.length > 0) mp4.durationSeconds = Math.max(...durations);
    mp4.state = judgeTracks(mp4, { layout, sizeBytes: file.sizeBytes });
    return mp4;
  } catch (error) {
    if (!(error instanceof ReadingEnd)) throw error;
    return { ...mp4, state: toState(error, layout) };
  }
}

async function readLayout(file: FileReader, layout: Layout): Promise<void> {
  for await (const box of boxesBetween(file, { at: 0, end: file.sizeBytes })) {
    layout.types.add(box.type);
    if (box.type === "moov") layout.moov ??= box;
    if (box.type === "mdat") layout.media.push(box);
    if (box.type === "moof") layout.fragments.push(box);
    if (box.type === "sidx") layout.indexEnd = Math.max(layout.indexEnd, await indexedEnd(file, box));
  }
}

async function readTracks(file: FileReader, { layout, movie }: { layout: Layout; movie: Movie }): Promise<Mp4Track[]> {
  const media = new ByteRanges(layout.media.map(({ contentAt, end }) => ({ from: contentAt, to: end })));
  const fragments = new Fragments(movie.tracks);
  for (const moof of layout.fragments) await fragments.add(file, moof);
  const outside = fragments.ranges.find((range) => !media.includes(range));
  if (outside) throw new ReadingEnd("damaged", `no media at bytes ${outside.from} to ${outside.to}, where samples are`);

  const tracks = [];
  for (const [id, track] of movie.tracks) {
    const inMovie = await followSamples(file, track, media);
    const { ticks, sampleCount, gapTicks } = fragments.byTrack.get(id) ?? { ticks: 0, sampleCount: 0, gapTicks: 0 };
    const seconds = (count: number) => (track.timescale === 0 ? 0 : count / track.timescale);
    tracks.push({
      id,
      kind: track.kind,
      codec: track.codec,
      durationSeconds: seconds(inMovie.ticks + ticks),
      sampleCount: inMovie.sampleCount + sampleCount,
      gapSeconds: seconds(gapTicks),
    });
  }
  return tracks;
}

function judgeTracks(
  { tracks, isFragmented }: Mp4,
  { layout, sizeBytes }: { layout: Layout; sizeBytes: number },
): Mp4State {
  if (layout.indexEnd > sizeBytes) {
    return { kind: "damaged", reason: `an index of ${layout.indexEnd} bytes in a file of ${sizeBytes}` };
  }
  if (tracks.some(({ sampleCount }) => sampleCount > 0)) return { kind: "whole" };
  if (isFragmented && layout.fragments.length === 0) return { kind: "unfinished", reason: "no fragment yet" };
  if (isFragmented) return { kind: "unproven", reason: "fragments in which no sample was found" };
  return { kind: "damaged", reason: "no sample in any track" };
}

/** A writer that puts the movie last leaves the media's size open until then. */
function judgeLayout({ media, types }: Layout): Mp4State {
  const isOpen = media.length === 0 || media.some(({ isOpenEnded }) => isOpenEnded);
  if (types.has("moof")) return { kind: "damaged", reason: "fragments, and no moov box" };
  return isOpen ? { kind: "unfinished", reason: "no moov box yet" } : { kind: "no-movie" };
}

function toState(error: ReadingEnd, { types }: Layout): Mp4State {
  const cut = error instanceof CutBox ? error.box.type : null;
  const isMp4 = types.has("ftyp") || cut === "ftyp";
  return isMp4 ? { kind: error.kind, reason: error.message } : { kind: "not-mp4" };
}
