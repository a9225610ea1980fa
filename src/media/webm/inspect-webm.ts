/**
 * Reads a WebM (Matroska, RFC 9559), or a part of one as DASH cuts it: what its tracks are, how long it plays, and whether
 * its elements add up to the file. Only the first and the last cluster are looked into, and those whose size is not written.
 * Nothing in the file makes it throw or work without end; what `read` throws passes.
 */
import type { ByteSource } from "../byte-source.ts";
import { FileReader, ReadingEnd } from "../file-reader.ts";
import { type BlockTimes, walkCluster } from "./cluster.ts";
import { type Element, elementsBetween, readFloat, readNumber, readText } from "./element.ts";

const BUDGET = { reads: 20_000, bytes: 256 * 1024 * 1024 };
const MAX_TRACKS = 100;
/** RFC 9559, 5.1.2.9: times are milliseconds unless the file says otherwise. */
const DEFAULT_SCALE = 1_000_000;
const NANOSECONDS = 1_000_000_000;

/** RFC 8794, 8, and RFC 9559, 5.1. */
const EBML = 0x1a45dfa3;
const SEGMENT = 0x18538067;
const INFO = 0x1549a966;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
const [TIMESTAMP_SCALE, DURATION] = [0x2ad7b1, 0x4489];
const [TRACK_ENTRY, TRACK_TYPE, CODEC_ID] = [0xae, 0x83, 0x86];

export type WebmTrack = { kind: "audio" | "video" | "other"; codec: string };

export type WebmState = { kind: "whole" | "not-webm" } | { kind: "damaged" | "unproven"; reason: string };

export type Webm = {
  state: WebmState;
  /** Whether it has a header: a media segment of DASH begins with a cluster. */
  hasHeader: boolean;
  tracks: WebmTrack[];
  /** As its header says; `null` where it says nothing, as in a file that was written live. */
  durationSeconds: number | null;
  /** From the first block to the last one; `null` without a block. */
  playedSeconds: number | null;
  clusters: number;
};

type Progress = Webm & {
  scale: number;
  duration: number | null;
  first: BlockTimes | null;
  last: BlockTimes | null;
  open: Element | null;
};

export async function inspectWebm(source: ByteSource): Promise<Webm> {
  const file = new FileReader(source, BUDGET);
  const webm = createProgress();
  try {
    await walk(file, { webm, at: 0, end: file.sizeBytes });
    if (webm.open) webm.last = (await walkCluster(file, webm.open)).times ?? webm.last;
    if (webm.clusters === 0 && webm.tracks.length === 0) webm.state = { kind: "not-webm" };
  } catch (error) {
    if (!(error instanceof ReadingEnd)) throw error;
    const isWebm = webm.hasHeader || webm.clusters > 0;
    webm.state = isWebm ? { kind: error.kind, reason: error.message } : { kind: "not-webm" };
  }
  return toWebm(webm);
}

async function walk(file: FileReader, { webm, at, end }: { webm: Progress; at: number; end: number }): Promise<void> {
  const elements = elementsBetween(file, { at, end });
  let endOfLast: number | undefined;
  for (;;) {
    const { value: element, done } = await elements.next(endOfLast);
    if (done === true || element === undefined) return;
    endOfLast = undefined;
    if (at === 0 && element.at === 0 && ![EBML, CLUSTER].includes(element.id))
      throw new ReadingEnd("damaged", "another file");
    if (element.id === EBML) webm.hasHeader = true;
    else if (element.id === SEGMENT) await walk(file, { webm, at: element.contentAt, end: element.end });
    else if (element.id === INFO) await readInfo(file, { webm, info: element });
    else if (element.id === TRACKS) await readTracks(file, { webm, tracks: element });
    else if (element.id === CLUSTER) endOfLast = await takeCluster(file, { webm, cluster: element });
  }
}

/** Gives where a cluster ends that does not say so itself. */
async function takeCluster(
  file: FileReader,
  { webm, cluster }: { webm: Progress; cluster: Element },
): Promise<number | undefined> {
  webm.clusters += 1;
  if (webm.first !== null && !cluster.isUnknownSize) {
    webm.open = cluster;
    return undefined;
  }
  const { times, end } = await walkCluster(file, cluster);
  webm.first ??= times;
  webm.last = times ?? webm.last;
  webm.open = null;
  return end;
}

async function readInfo(file: FileReader, { webm, info }: { webm: Progress; info: Element }): Promise<void> {
  for await (const element of elementsBetween(file, { at: info.contentAt, end: info.end })) {
    if (element.id === TIMESTAMP_SCALE) webm.scale = (await readNumber(file, element)) || DEFAULT_SCALE;
    if (element.id === DURATION) webm.duration = await readFloat(file, element);
  }
}

async function readTracks(file: FileReader, { webm, tracks }: { webm: Progress; tracks: Element }): Promise<void> {
  for await (const entry of elementsBetween(file, { at: tracks.contentAt, end: tracks.end })) {
    if (entry.id !== TRACK_ENTRY) continue;
    if (webm.tracks.length >= MAX_TRACKS) throw new ReadingEnd("unproven", `more than ${MAX_TRACKS} tracks`);
    const track: WebmTrack = { kind: "other", codec: "" };
    for await (const element of elementsBetween(file, { at: entry.contentAt, end: entry.end })) {
      if (element.id === TRACK_TYPE) track.kind = trackKind(await readNumber(file, element));
      if (element.id === CODEC_ID) track.codec = await readText(file, element);
    }
    webm.tracks.push(track);
  }
}

/** RFC 9559, 5.1.4.1.3. */
function trackKind(type: number): WebmTrack["kind"] {
  if (type === 1) return "video";
  return type === 2 ? "audio" : "other";
}

function createProgress(): Progress {
  const times = { scale: DEFAULT_SCALE, duration: null, first: null, last: null, open: null };
  const found = { hasHeader: false, tracks: [], durationSeconds: null, playedSeconds: null, clusters: 0 };
  return { state: { kind: "whole" }, ...found, ...times };
}

function toWebm({ scale, duration, first, last, open: _open, ...webm }: Progress): Webm {
  const seconds = (ticks: number) => (ticks * scale) / NANOSECONDS;
  const isKnown = duration !== null && Number.isFinite(duration) && duration > 0;
  return {
    ...webm,
    durationSeconds: isKnown ? seconds(duration) : null,
    playedSeconds:
      first === null || last === null ? null : seconds(Math.max(first.latest, last.latest) - first.earliest),
  };
}
