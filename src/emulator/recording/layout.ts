/**
 * The files of one recording, decided when it starts: tracks with their segments, MP4s and snapshots, with Agora's names.
 * https://docs.agora.io/en/cloud-recording/develop/manage-files
 *
 * The call began so long ago that its last segment ends now: no time in a name is in the future.
 */
import { MODES, type RecordingMode } from "../../agora/modes.ts";
import { spellChannel } from "../../agora/names/channel.ts";
import { buildFileName, type Container, type NameSuffix, type UserTrack } from "../../agora/names/file-names.ts";
import {
  mp4MediaName,
  SEGMENT_SECONDS,
  segmentMediaName,
  SEGMENTS_PER_MP4,
  SNAPSHOT_MEDIA,
  webmMediaName,
} from "./media.ts";
import type { MergedPlaylist } from "./merged-playlist.ts";
import type { ScenarioPart, Scenario } from "../scenarios.ts";

export type MediaFile = {
  /** The object's name under the prefix. */
  name: string;
  /** The user, `"0"` for a mix. */
  uid: string;
  part: number | "mp4" | "snapshot";
  /** The file in `media/`. */
  media: string;
};

export type RecordedTrack = {
  /** The playlist's name without `.m3u8`. */
  stem: string;
  uid: string;
  type: "audio" | "video" | "audio_and_video";
  container: Container;
  segments: MediaFile[];
  /** Whether its recorder ran to the end; a failover leaves a playlist without `#EXT-X-ENDLIST`. */
  ends: boolean;
};

export type Layout = {
  startedMs: number;
  tracks: RecordedTrack[];
  merged: MergedPlaylist[];
  mp4s: MediaFile[];
  snapshots: MediaFile[];
};

export type LayoutRequest = {
  sid: string;
  cname: string;
  mode: RecordingMode;
  files: Scenario["files"];
  streamMode?: Scenario["streamMode"];
};

export function buildLayout({ sid, cname, mode, files, streamMode }: LayoutRequest, scenario: Scenario): Layout {
  const startedMs = Date.now() - Math.round(scenario.segments * SEGMENT_SECONDS * 1000);
  const { tracksByUser, ...can } = MODES[mode];
  const spelled = scenario.dashedChannel ? spellChannel({ cname, mode: "web" }) : cname;
  const formatTime = scenario.segmentTimes === "utc" ? formatUtc : String;
  const nameFile = (suffix: NameSuffix, { failover, track }: { failover: number | null; track: UserTrack | null }) =>
    buildFileName({ sid, cname: spelled, mode }, { failover, track, ...suffix });
  const sets = Array.from({ length: scenario.failovers + 1 }, (_, set) => planFailoverSet(set, scenario));

  const tracks = sets.flatMap(({ failover, first, count, ends }) =>
    planTracks(mode, scenario).map(({ uid, type, deal, container }) => {
      const place = { failover, track: tracksByUser ? nameTrack(mode, { uid, type }) : null };
      const stem = nameFile({ kind: "playlist", format: "m3u8", backup: null }, place).replace(/\.m3u8$/, "");
      const segments = Array.from({ length: count }, (_, index) => ({
        name: nameFile(
          {
            kind: "segment",
            at: formatTime(startedMs + (first + index) * SEGMENT_SECONDS * 1000),
            container,
          },
          place,
        ),
        uid,
        part: first + index,
        media: mediaNameOf({ type, container }, deal + first + index),
      }));
      return { stem, uid, type, container, segments, ends };
    }),
  );
  const mp4s = sets.flatMap(({ failover, first, count }) =>
    (tracksByUser ? scenario.users : ["0"]).flatMap((uid, user) =>
      Array.from({ length: Math.ceil(count / SEGMENTS_PER_MP4) }, (_, index) => ({
        name: nameFile(
          { kind: "mp4", index },
          { failover, track: tracksByUser ? nameTrack(mode, { uid, type: "audio_and_video" }) : null },
        ),
        uid,
        part: "mp4" as const,
        media: mp4MediaName(user + Math.floor(first / SEGMENTS_PER_MP4) + index),
      })),
    ),
  );
  const snapshots = scenario.users.flatMap((uid) =>
    Array.from({ length: Math.min(scenario.segments, 2) }, (_, index) => ({
      name: nameFile(
        { kind: "snapshot", at: formatUtc(startedMs + index * SNAPSHOT_INTERVAL_MS) },
        { failover: null, track: { uid, type: MODES[mode].tracksShareFiles ? null : "video" } },
      ),
      uid,
      part: "snapshot" as const,
      media: SNAPSHOT_MEDIA,
    })),
  );
  return {
    startedMs,
    tracks: files.includes("hls") ? tracks : [],
    merged: files.includes("hls") && streamMode === "standard" ? mergeTracks(tracks, { mode, scenario }) : [],
    mp4s: files.includes("mp4") && can.mp4s ? mp4s : [],
    snapshots: files.includes("snapshots") && can.snapshots ? snapshots : [],
  };
}

/** Merges the tracks of each user and set, where the mode has one for sound and one for pictures. */
function mergeTracks(
  tracks: RecordedTrack[],
  { mode, scenario }: { mode: RecordingMode; scenario: Scenario },
): MergedPlaylist[] {
  if (!MODES[mode].tracksByUser || MODES[mode].tracksShareFiles) return [];
  const byStart = Map.groupBy(tracks, ({ stem }) => stem.replace(/(?:audio|video)$/, ""));
  return [...byStart].map(([start, own]) => {
    const uid = own[0]?.uid ?? "";
    const format = scenario.webSenders.includes(uid) ? "mpd" : "m3u8";
    return {
      name: `${start}av.${format}`,
      uid,
      format,
      audio: `${start}audio.m3u8`,
      video: `${start}video.m3u8`,
      tracks: own,
    };
  });
}

/** What decides the fate of a file: its user and its part. */
export type FilePart = { uid: string; part: MediaFile["part"] | "playlist" };

/** Whether one of these parts is this file. */
export function includesFile(parts: ScenarioPart[], file: FilePart): boolean {
  return parts.includes(file.part) || parts.includes(`uid:${file.uid}`);
}

/** Formats a moment as in Agora's names: yyyyMMddHHmmssSSS, UTC. */
export function formatUtc(ms: number): string {
  return new Date(ms).toISOString().replaceAll(/\D/g, "");
}

const SNAPSHOT_INTERVAL_MS = 5000;

/** Plans the segments of one recorder: the first one, or one that replaced it. */
function planFailoverSet(set: number, { segments, failovers }: Scenario) {
  const share = Math.ceil(segments / (failovers + 1));
  const first = set * share;
  const count = Math.max(0, Math.min(share, segments - first));
  return { failover: set === 0 ? null : set - 1, first, count, ends: set === failovers };
}

/** The track as its file names say it: where one file holds both, its codec. */
function nameTrack(mode: RecordingMode, { uid, type }: Pick<RecordedTrack, "uid" | "type">): UserTrack {
  return { uid, type: MODES[mode].tracksShareFiles ? "h264" : type };
}

function mediaNameOf({ type, container }: Pick<RecordedTrack, "type" | "container">, index: number): string {
  if (type === "audio_and_video") return segmentMediaName("mix", index);
  return container === "webm" ? webmMediaName(type, index) : segmentMediaName(type, index);
}

/** Plans what is recorded separately. `deal`: the index of its first media file, so that no two users share one. */
function planTracks(mode: RecordingMode, { users, soundOnly, webSenders, segments }: Scenario) {
  const { tracksByUser, trackTypes } = MODES[mode];
  const uids = tracksByUser ? users : ["0"];
  return uids.flatMap((uid, index) => {
    const types = trackTypes.filter((type) => type !== "video" || !soundOnly.includes(uid));
    return types.map((type) => ({
      uid,
      type,
      deal: index * segments,
      container: type !== "audio_and_video" && webSenders.includes(uid) ? ("webm" as const) : ("ts" as const),
    }));
  });
}
