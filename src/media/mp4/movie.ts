/** What the movie box says (ISO/IEC 14496-12, 8.2 to 8.6): its tracks, and where their tables lie. No table is read here. */
import { type FileReader, ReadingEnd } from "../file-reader.ts";
import { type Box, boxesBetween } from "./box-header.ts";

export type TrackKind = "audio" | "video" | "other";

export type Track = {
  id: number;
  kind: TrackKind;
  /** The four letters of its first sample description: `avc1`, `mp4a`. */
  codec: string | null;
  /** Ticks a second. */
  timescale: number;
  tables: Partial<Record<TableType, Box>>;
  /** What a fragment takes where it says nothing else (`trex`, 8.8.3). */
  defaults: { duration: number; size: number };
};

export type Movie = {
  /** From `mvhd`; `null` where it says nothing, as in a fragmented movie. */
  durationSeconds: number | null;
  isFragmented: boolean;
  tracks: Map<number, Track>;
};

const TABLES = ["stts", "stsc", "stsz", "stz2", "stco", "co64"] as const;
export type TableType = (typeof TABLES)[number];

/** Handler types: 8.4.3. */
const KINDS: Record<string, TrackKind> = { soun: "audio", vide: "video" };
const MAX_TRACKS = 100;

export async function readMovie(file: FileReader, moov: Box): Promise<Movie> {
  const movie: Movie = { durationSeconds: null, isFragmented: false, tracks: new Map() };
  const defaults: [number, Track["defaults"]][] = [];
  for await (const box of children(file, moov)) {
    if (box.type === "mvhd") movie.durationSeconds = (await readTimes(file, box)).seconds;
    if (box.type === "trak") {
      const track = await readTrack(file, box);
      if (movie.tracks.size >= MAX_TRACKS) throw new ReadingEnd("unproven", `more than ${MAX_TRACKS} tracks`);
      movie.tracks.set(track.id, track);
    }
    if (box.type !== "mvex") continue;
    movie.isFragmented = true;
    defaults.push(...(await readDefaults(file, box)));
  }
  for (const [id, values] of defaults) Object.assign(movie.tracks.get(id) ?? {}, { defaults: values });
  return movie;
}

async function readTrack(file: FileReader, trak: Box): Promise<Track> {
  const track: Track = {
    id: 0,
    kind: "other",
    codec: null,
    timescale: 0,
    tables: {},
    defaults: { duration: 0, size: 0 },
  };
  for await (const box of within(file, trak, ["mdia", "minf", "stbl"])) {
    const { type, contentAt } = box;
    if (type === "tkhd") track.id = await readTrackId(file, box);
    else if (type === "mdhd") track.timescale = (await readTimes(file, box)).timescale;
    else if (type === "hdlr") track.kind = KINDS[await letters(file, contentAt + 8)] ?? "other";
    else if (type === "stsd" && box.end - contentAt >= 16) track.codec = await letters(file, contentAt + 12);
    else if (isTable(type)) track.tables[type] = box;
  }
  return track;
}

/** The boxes in a box, and in those of these types: each holds the next. */
async function* within(file: FileReader, outer: Box, [inner, ...rest]: string[]): AsyncGenerator<Box> {
  for await (const box of children(file, outer)) {
    // QuickTime files have a `hdlr` in `minf` too, which says how the data are referred to.
    if (box.type === inner) yield* within(file, box, rest);
    else if (box.type !== "hdlr" || outer.type === "mdia") yield box;
  }
}

function children(file: FileReader, { contentAt, end }: Box): AsyncGenerator<Box> {
  return boxesBetween(file, { at: contentAt, end });
}

/** 8.3.2: version 1 has 64-bit times in front of it. */
async function readTrackId(file: FileReader, { contentAt }: Box): Promise<number> {
  const view = await file.view(contentAt, 24);
  return view.getUint32(view.getUint8(0) === 1 ? 20 : 12);
}

/** `mvhd` (8.2.2) and `mdhd` (8.4.2): version 0 has 32-bit times, version 1 64-bit ones; all ones is "unknown". */
async function readTimes(
  file: FileReader,
  { contentAt, end }: Box,
): Promise<{ timescale: number; seconds: number | null }> {
  const isLong = (await file.view(contentAt, 1)).getUint8(0) === 1;
  if (end - contentAt < (isLong ? 32 : 20))
    throw new ReadingEnd("damaged", `a header at byte ${contentAt} that is too short`);
  const view = await file.view(contentAt, isLong ? 32 : 20);
  const timescale = view.getUint32(isLong ? 20 : 12);
  const duration = isLong ? view.getBigUint64(24) : BigInt(view.getUint32(16));
  const isUnknown = duration === 0n || duration === (isLong ? 2n ** 64n : 2n ** 32n) - 1n;
  return { timescale, seconds: timescale === 0 || isUnknown ? null : Number(duration) / timescale };
}

async function readDefaults(file: FileReader, mvex: Box): Promise<[number, Track["defaults"]][]> {
  const found: [number, Track["defaults"]][] = [];
  for await (const { type, contentAt } of children(file, mvex)) {
    if (type !== "trex" || found.length >= MAX_TRACKS) continue;
    const view = await file.view(contentAt, 24);
    found.push([view.getUint32(4), { duration: view.getUint32(12), size: view.getUint32(16) }]);
  }
  return found;
}

async function letters(file: FileReader, at: number): Promise<string> {
  const view = await file.view(at, 4);
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset, 4));
}

function isTable(type: string): type is TableType {
  return TABLES.some((table) => table === type);
}
