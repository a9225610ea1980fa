/**
 * The names that Agora gives to a recording's files, read and built.
 *
 *     [bak<n>_]<sid>_<cname>[__uid_s_<uid>__uid_e_<type>]   the stem: one per track and failover set
 *     <stem>.m3u8                                            playlist, overwritten until the recording ends
 *     <stem>_<tick>_<index>.m3u8                             playlist sent again from Agora's backup cloud
 *     <stem>_<utc>.ts|webm                                   segment
 *     <stem>_<index>.mp4                                     MP4, a new one about every two hours
 *     <stem>_<utc>.jpg                                       snapshot
 *
 * A channel may itself contain underscores and digits, so a name can only be read with the channel at hand.
 * Source: https://docs.agora.io/en/cloud-recording/develop/manage-files
 */

import { MODES, type RecordingMode } from "../modes.ts";

/** The recording whose names are read. The case of its sid counts: real ones come in both. */
export type NamingContext = { sid: string; cname: string; mode: RecordingMode };

/** Whose stream an individual file holds; `av` is a user's audio and video merged. */
export type UserTrack = { uid: string; type: "audio" | "video" | "av" };

/** WebM where a web sender used VP8 or VP9, else MPEG-TS. */
export type Container = "ts" | "webm";

/** The part of a name after the stem. */
type NameSuffix =
  | { kind: "playlist"; backup: { tick: string; index: number } | null }
  | { kind: "segment"; utc: string; container: Container }
  | { kind: "mp4"; index: number }
  | { kind: "snapshot"; utc: string };

/** The parts of a name around the recording's own. */
export type NameParts = NameSuffix & {
  /** The failover set: 0 for `bak0_`, `null` for the first server's files. */
  failover: number | null;
  track: UserTrack | null;
};

export type ParsedName = NameParts & {
  /** The name without its suffix. */
  stem: string;
  /** The stem without failover set and track: the same for all files of a recording. */
  base: string;
};

// Agora fails over at most three times in a recording.
const FAILOVER = String.raw`(?:bak(?<failover>[0-2])_)?`;
const TRACK = String.raw`(?:__uid_s_(?<uid>.+)__uid_e_(?<type>audio|video|av))?`;
/** As Agora writes it: without leading zeros. */
const COUNT = String.raw`(?:0|[1-9]\d{0,3})`;
const SUFFIX = String.raw`(?:(?:_(?<tick>\d+)_(?<version>${COUNT}))?\.m3u8|_(?<index>${COUNT})\.mp4|_(?<utc>\d{17})\.(?<extension>ts|webm|jpg))`;

/** Reads a file name (without directories) of a known recording; `undefined` if Agora would not give it that name. */
export function parseFileName(fileName: string, recording: NamingContext): ParsedName | undefined {
  return parseName(fileName, `${escapePattern(recording.sid)}_${channelPattern(recording)}`);
}

/**
 * Reads a file name from an answer of Agora, which may begin with another id than the sid. A name with the channel in it
 * is read as strictly as by `parseFileName`; of any other, everything before the suffix is the stem.
 */
export function parseNamedFile(fileName: string, recording: NamingContext): ParsedName | undefined {
  return (
    parseFileName(fileName, recording) ??
    parseName(fileName, `.+?_${channelPattern(recording)}`) ??
    parseName(fileName, ".+?")
  );
}

/** Builds the name that Agora would give; the inverse of `parseFileName`. */
export function buildFileName(recording: NamingContext, { failover, track, ...suffix }: NameParts): string {
  const set = failover === null ? "" : `bak${failover}_`;
  const user = track === null ? "" : `__uid_s_${track.uid}__uid_e_${track.type}`;
  return `${set}${recording.sid}_${spellChannel(recording)}${user}${buildSuffix(suffix)}`;
}

/** The channel as the mode's file names spell it. */
export function spellChannel({ cname, mode }: Pick<NamingContext, "cname" | "mode">): string {
  return MODES[mode].specialCharacters === "dash" ? cname.replaceAll(SPECIAL, "-") : cname;
}

/** The start of the channel that is the same in every accepted spelling. */
export function commonChannelStart({ cname, mode }: Pick<NamingContext, "cname" | "mode">): string {
  return MODES[mode].specialCharacters === "dash" ? cname.replace(/[^A-Za-z0-9].*$/s, "") : cname;
}

/** Prefixes of the stem, by server: none for the first, then one for each failover, in their order. */
export const FAILOVER_PREFIXES = ["", "bak0_", "bak1_", "bak2_"];

/** Reads when a segment begins, from the 17 digits in its name (`yyyyMMddHHmmssSSS`, UTC), as Unix time in milliseconds. */
export function segmentStartMs(fileName: string): number | undefined {
  const utc = /_(\d{17})\.(?:ts|webm)$/.exec(fileName)?.[1];
  if (utc === undefined) return undefined;
  const iso = utc.replace(/^(....)(..)(..)(..)(..)(..)(...)$/, "$1-$2-$3T$4:$5:$6.$7Z");
  const startMs = Date.parse(iso);
  return Number.isNaN(startMs) ? undefined : startMs;
}

/** The container of a segment, by the ending of any name. */
export function segmentContainer(fileName: string): Container {
  return fileName.endsWith(".webm") ? "webm" : "ts";
}

/** No store accepts a longer key, and a pattern's time grows faster than the name. */
const MAX_NAME_LENGTH = 1024;

const SPECIAL = /[^A-Za-z0-9]/g;

/** Where Agora writes `-` for special characters, each is accepted either way. */
function channelPattern({ cname, mode }: NamingContext): string {
  if (MODES[mode].specialCharacters === "kept") return escapePattern(cname);
  return cname.replaceAll(SPECIAL, (character) => `(?:${escapePattern(character)}|-)`);
}

function escapePattern(text: string): string {
  return text.replaceAll(SPECIAL, String.raw`\$&`);
}

function parseName(fileName: string, basePattern: string): ParsedName | undefined {
  if (fileName.length > MAX_NAME_LENGTH) return undefined;
  const groups = new RegExp(`^(?<stem>${FAILOVER}(?<base>${basePattern})${TRACK})${SUFFIX}$`).exec(fileName)?.groups;
  if (groups === undefined) return undefined;
  const { stem = "", base = "", failover, uid, type } = groups;
  return {
    stem,
    base,
    failover: failover === undefined ? null : Number(failover),
    track: uid !== undefined && isTrackType(type) ? { uid, type } : null,
    ...parseSuffix(groups),
  };
}

function parseSuffix({ tick, version, index, utc, extension }: Record<string, string | undefined>): NameSuffix {
  if (index !== undefined) return { kind: "mp4", index: Number(index) };
  if (utc !== undefined && extension === "jpg") return { kind: "snapshot", utc };
  if (utc !== undefined) return { kind: "segment", utc, container: extension === "webm" ? "webm" : "ts" };
  return { kind: "playlist", backup: tick === undefined ? null : { tick, index: Number(version) } };
}

/** Builds the part of a file name after the stem. */
export function buildSuffix(suffix: NameSuffix): string {
  if (suffix.kind === "segment") return `_${suffix.utc}.${suffix.container}`;
  if (suffix.kind === "mp4") return `_${suffix.index}.mp4`;
  if (suffix.kind === "snapshot") return `_${suffix.utc}.jpg`;
  return suffix.backup === null ? ".m3u8" : `_${suffix.backup.tick}_${suffix.backup.index}.m3u8`;
}

function isTrackType(type: string | undefined): type is UserTrack["type"] {
  return type === "audio" || type === "video" || type === "av";
}
