/**
 * The names that Agora gives to a recording's files, as parts, and how to build them. `name-reader.ts` reads them.
 *
 *     [bak<n>_]<sid>_<cname>                                 the base, after the failover set
 *     <base>[__uid_s_<uid>__uid_e_<type>]                    the stem: one per track and failover set
 *     <stem>.m3u8                                            playlist, overwritten until the recording ends
 *     <stem>_<tick>_<index>.m3u8                             playlist sent again from Agora's backup cloud
 *     <stem>_<utc>.ts|webm                                   segment
 *     <stem>_<index>.mp4                                     MP4, a new one about every two hours
 *     <stem>_<index>.mp3|m4a|aac                             sound alone
 *     <stem>_<utc>.jpg                                       snapshot
 *     <base>__uid_s_<uid>__uid_e_av.m3u8|mpd                 names the playlists, or the WebM, of a user
 *     <base>__uid_s_<uid>__uid_e_<index>.mp4                 MP4 of a user, transcoded later
 *
 * Mode `raw` puts the codec last. Its track type is the codec:
 *
 *     <base>__uid_s_<uid>__uid_e_<codec>.m3u8|mpd
 *     <base>__uid_s_<uid>__uid_e_<utc>_<codec>.ts
 *     <base>__uid_s_<uid>__uid_e_<stream>_<segment>_<codec>.webm
 *     <base>__uid_s_<uid>__uid_e_<index>_<codec>.mp4
 *     <base>__uid_s_<uid>__uid_e_<utc>.jpg
 *
 * `<utc>` has 17 digits (`yyyyMMddHHmmssSSS`), or 13: Unix time in milliseconds.
 * Source: https://docs.agora.io/en/cloud-recording/develop/manage-files
 */
import type { RecordingMode } from "../modes.ts";
import { spellChannel } from "./channel.ts";

/** The recording whose names are read. The case of its sid counts: real ones come in both. */
export type NamingContext = { sid: string; cname: string; mode: RecordingMode };

/**
 * Whose stream a file holds. `type`: what of it (`audio`, `video`), `av` for both merged, in mode `raw` the codec, `null` where
 * the name does not say.
 */
export type UserTrack = { uid: string; type: string | null };

/** WebM where a web sender used VP8 or VP9, else MPEG-TS. */
export type Container = "ts" | "webm";

export type AudioFormat = "mp3" | "m4a" | "aac";

/** A playlist of HLS, or an MPD of DASH. */
export type PlaylistFormat = "m3u8" | "mpd";

/** The part of a name after the stem. */
export type NameSuffix =
  | { kind: "playlist"; format: PlaylistFormat; backup: { tick: string; index: number } | null }
  /** `at`: `<utc>`, or `<stream>_<segment>`. */
  | { kind: "segment"; at: string; container: Container }
  | { kind: "mp4"; index: number }
  | { kind: "mp3"; index: number; format: AudioFormat }
  | { kind: "snapshot"; at: string };

/** The parts of a name around the recording's own. */
export type NameParts = NameSuffix & {
  /** The failover set: 0 for `bak0_`, `null` for the first server's files. */
  failover: number | null;
  track: UserTrack | null;
};

export type ParsedName = NameParts & {
  /** Failover set, base and track: the same for a playlist and its segments, wherever the name has its codec. */
  stem: string;
  /** The stem without failover set and track: the same for all files of a recording. */
  base: string;
};

/** Prefixes of the stem, by server: none for the first, then one for each failover, in their order. */
export const FAILOVER_PREFIXES = ["", "bak0_", "bak1_", "bak2_"];

/** The types of a track that are not codecs. */
const TRACK_TYPES: ReadonlySet<string> = new Set(["audio", "video", "av"]);

/** Whether a codec is of sound alone. */
export function isAudioCodec(codec: string): boolean {
  return AUDIO_CODECS.has(codec);
}

const AUDIO_CODECS: ReadonlySet<string> = new Set(["aac", "opus", "mp3", "g711", "pcma", "pcmu"]);

/** Builds the name that Agora would give. */
export function buildFileName(recording: NamingContext, parts: NameParts): string {
  return buildName({ ...parts, base: `${recording.sid}_${spellChannel(recording)}` });
}

/** Builds a name from its base as it is spelled. */
export function buildName({ base, failover, track, ...suffix }: NameParts & { base: string }): string {
  const codec = track?.type ?? null;
  const isCodecLast = codec !== null && !TRACK_TYPES.has(codec) && suffix.kind !== "playlist";
  if (!isCodecLast) return buildStem({ base, failover, track }) + buildSuffix(suffix);
  const start = buildStem({ base, failover, track: track && { uid: track.uid, type: null } });
  return start + buildSuffix(suffix).replace(/\.\w+$/, (ending) => `_${codec}${ending}`);
}

/** Builds what the files of one track have in common. */
export function buildStem({ base, failover, track }: Pick<ParsedName, "base" | "failover" | "track">): string {
  const set = failover === null ? "" : `bak${failover}_`;
  if (track === null) return set + base;
  return `${set}${base}__uid_s_${track.uid}__uid_e${track.type === null ? "" : `_${track.type}`}`;
}

/** Reads when a segment begins from its name, as Unix time in milliseconds. */
export function segmentStartMs(fileName: string): number | undefined {
  const utc = /_(\d{17}|\d{13})(?:_(?=\d*[A-Za-z])[A-Za-z0-9]+)?\.(?:ts|webm)$/.exec(fileName)?.[1];
  if (utc === undefined) return undefined;
  if (utc.length === 13) return Number(utc);
  const iso = utc.replace(/^(....)(..)(..)(..)(..)(..)(...)$/, "$1-$2-$3T$4:$5:$6.$7Z");
  const startMs = Date.parse(iso);
  return Number.isNaN(startMs) ? undefined : startMs;
}

/** The container of a segment, by the ending of any name. */
export function segmentContainer(fileName: string): Container {
  return fileName.endsWith(".webm") ? "webm" : "ts";
}

function buildSuffix(suffix: NameSuffix): string {
  switch (suffix.kind) {
    case "segment":
      return `_${suffix.at}.${suffix.container}`;
    case "mp4":
      return `_${suffix.index}.mp4`;
    case "mp3":
      return `_${suffix.index}.${suffix.format}`;
    case "snapshot":
      return `_${suffix.at}.jpg`;
    case "playlist": {
      const resent = suffix.backup === null ? "" : `_${suffix.backup.tick}_${suffix.backup.index}`;
      return `${resent}.${suffix.format}`;
    }
  }
}
