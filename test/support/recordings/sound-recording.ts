/** Good recordings of real media, as the emulator lays them out: what each fault and each oddity begins with. */
import type { RecordingMode } from "../../../src/agora/modes.ts";
import { buildLayout, type Layout, type RecordedTrack, formatUtc } from "../../../src/emulator/recording/layout.ts";
import { readMedia, SEGMENT_SECONDS, SEGMENTS_PER_MP4 } from "../../../src/emulator/recording/media.ts";
import { renderPlaylist } from "../../../src/emulator/recording/playlist.ts";
import { resolveScenario, type Scenario } from "../../../src/emulator/scenarios.ts";
import type { Expectation } from "../../../src/recording/types.ts";
import { setMp4Duration, retimeTransportStream } from "./retime.ts";

export const SID = "38f8e3cfdc474cd56fc1ceba380d7e1a";

/** A recording below its prefix. A change to it is a function from one to another. */
export type Stored = {
  /** Bytes by the object's name below the prefix. */
  objects: Map<string, Uint8Array>;
  /** Names without ending, of each track in turn. */
  stems: string[];
  /** The directories between the case's own and the files, each with a slash behind it. */
  directory: string;
  expectation: Omit<Expectation, "prefix">;
};

export type RecordingOptions = Partial<Pick<Scenario, "segments" | "users" | "failovers" | "files" | "extinfComma">> & {
  sid?: string;
  cname?: string;
  mode?: RecordingMode;
  directory?: string;
  /** How long each segment plays. Default: as it was encoded. */
  segmentSeconds?: number;
  /** When the first time stamp is, in seconds. Default: as it was encoded, or 0. */
  startSeconds?: number;
  /** When the recording began, Unix time in milliseconds. */
  startedMs?: number;
  /** What else is expected; the users of an individual recording are, unless this says otherwise. */
  expects?: Partial<Stored["expectation"]>;
};

/** Makes a recording. At most 12 segments in all have media of their own unless they are stretched. */
export async function soundRecording(options: RecordingOptions = {}): Promise<Stored> {
  const { sid = SID, cname = "room", mode = "mix", directory = "", expects, ...knobs } = options;
  const scenario = resolveScenario({ segments: 4, ...knobs });
  const { files, users } = scenario;
  const layout = renameSegments(buildLayout({ sid, cname, mode, files }, scenario), options);
  const uids = mode === "individual" ? users : [];
  return {
    objects: await mediaOf(layout, { scenario, options }),
    stems: layout.tracks.map(({ stem }) => stem),
    directory,
    expectation: { sid, cname, mode, expect: files, uids, named: [], namedIsFinal: false, ...expects },
  };
}

/** Names every segment by the length that it is going to have. */
function renameSegments(layout: Layout, { segmentSeconds, startedMs = layout.startedMs }: RecordingOptions): Layout {
  const seconds = segmentSeconds ?? SEGMENT_SECONDS;
  const tracks = layout.tracks.map((track) => ({
    ...track,
    segments: track.segments.map((segment) => ({
      ...segment,
      name: `${track.stem}_${formatUtc(startedMs + Number(segment.part) * seconds * 1000)}.ts`,
    })),
  }));
  return { ...layout, startedMs, tracks };
}

type Media = { scenario: Scenario; options: RecordingOptions };

async function mediaOf(layout: Layout, making: Media): Promise<Stored["objects"]> {
  const objects = new Map<string, Uint8Array>();
  for (const [place, track] of layout.tracks.entries()) {
    objects.set(`${track.stem}.m3u8`, Buffer.from(renderText(track, { startedMs: layout.startedMs, ...making })));
    for (const { name, media, part } of track.segments) {
      objects.set(name, retimeSegment(await readMedia(media), { place, part: Number(part), ...making.options }));
    }
  }
  for (const [index, { name, media }] of layout.mp4s.entries()) {
    objects.set(name, retimeMp4(await readMedia(media), { index, ...making.options }));
  }
  for (const { name, media } of layout.snapshots) objects.set(name, await readMedia(media));
  return objects;
}

function renderText(
  track: RecordedTrack,
  { startedMs, scenario, options: { segmentSeconds } }: Media & { startedMs: number },
): string {
  const { extinfComma: comma } = scenario;
  const text = renderPlaylist(track, { shown: track.segments.length, ended: track.ends, comma, startedMs });
  if (segmentSeconds === undefined) return text;
  return text
    .replace(/TARGETDURATION:\d+/, `TARGETDURATION:${Math.ceil(segmentSeconds)}`)
    .replaceAll(SEGMENT_SECONDS.toFixed(6), segmentSeconds.toFixed(6));
}

function retimeSegment(
  media: Uint8Array,
  { place, part, segmentSeconds, startSeconds }: RecordingOptions & { place: number; part: number },
): Uint8Array {
  if (segmentSeconds === undefined && startSeconds === undefined) return media;
  const seconds = segmentSeconds ?? SEGMENT_SECONDS;
  return retimeTransportStream(media, {
    // Tracks that share media differ in this.
    startSeconds: (startSeconds ?? 0) + part * seconds + place / 100,
    factor: seconds / SEGMENT_SECONDS,
  });
}

function retimeMp4(media: Uint8Array, { index, segmentSeconds }: RecordingOptions & { index: number }): Uint8Array {
  if (segmentSeconds === undefined) return media;
  return setMp4Duration(media, { seconds: segmentSeconds * SEGMENTS_PER_MP4, index });
}
