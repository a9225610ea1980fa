/** What follows the base in a file name: the track, and the suffix with its ending. */
import type { AudioFormat, Container, NameParts, NameSuffix, PlaylistFormat } from "./file-names.ts";

/** What a name says after failover set and base. */
export type NameEnding = NameSuffix & Pick<NameParts, "track">;

/** As Agora writes it: without leading zeros. */
const COUNT = String.raw`(?:0|[1-9]\d{0,3})`;
const UTC = String.raw`(?:\d{17}|\d{13})`;
/** Agora does not list its codecs' words. With a letter, so that none is a number, and none of individual mode's types. */
const CODEC = String.raw`(?<codec>(?!(?:audio|video|av)(?![A-Za-z0-9]))(?=\d*[A-Za-z])[A-Za-z0-9]{1,32})`;
const NUMBERED = String.raw`(?<index>${COUNT})`;
const SINGLE_FILE = "(?<ending>mp4|mp3|m4a|aac)";
const RESENT = String.raw`(?:_(?<tick>\d{1,32})_(?<version>${COUNT}))?`;

/** What follows the stem. */
const SUFFIX = `(?:${RESENT}\\.(?<format>m3u8)|_${NUMBERED}\\.${SINGLE_FILE}|_(?<at>${UTC})\\.(?<media>ts|webm|jpg))`;

const ENDINGS = {
  whole: [new RegExp(`^${SUFFIX}$`)],
  /** After `__uid_e_`, where the track's type comes first. */
  "type-first": [
    new RegExp(`^(?<type>audio|video|av)${SUFFIX}$`),
    /^(?<type>av)\.(?<format>mpd)$/,
    new RegExp(`^${NUMBERED}\\.${SINGLE_FILE}$`),
  ],
  /** After `__uid_e_`, where the codec comes last. */
  "codec-last": [
    new RegExp(`^${CODEC}(?:${RESENT}\\.(?<format>m3u8)|\\.(?<dash>mpd))$`),
    new RegExp(`^(?<at>${UTC})_${CODEC}\\.(?<media>ts)$`),
    new RegExp(`^(?<at>[A-Za-z0-9]{1,32}_[A-Za-z0-9]{1,32})_${CODEC}\\.(?<media>webm)$`),
    new RegExp(`^${NUMBERED}(?:_${CODEC})?\\.${SINGLE_FILE}$`),
    new RegExp(`^(?<at>${UTC})\\.(?<media>jpg)$`),
  ],
};

export type UserNames = Exclude<keyof typeof ENDINGS, "whole">;

const USER_START = "__uid_s_";
const USER_END = "__uid_e_";

/** Parses what follows the base; `undefined` if Agora would not write it. */
export function parseEnding(text: string, userNames: UserNames): NameEnding | undefined {
  const end = text.startsWith(USER_START) ? text.lastIndexOf(USER_END) : -1;
  if (end <= USER_START.length) return parseGroups(text, { uid: null, patterns: ENDINGS.whole });
  const uid = text.slice(USER_START.length, end);
  return parseGroups(text.slice(end + USER_END.length), { uid, patterns: ENDINGS[userNames] });
}

/** Finds where the ending begins in a name whose base is not known; `undefined` if it has none. The shortest base counts. */
export function findEnding(name: string, userNames: UserNames): { base: string; ending: NameEnding } | undefined {
  const user = name.indexOf(USER_START, 1);
  const whole = TRAILING_SUFFIX.exec(name)?.index ?? -1;
  for (const at of [user, whole]) {
    const ending = at > 0 ? parseEnding(name.slice(at), userNames) : undefined;
    if (ending !== undefined) return { base: name.slice(0, at), ending };
  }
  return undefined;
}

const TRAILING_SUFFIX = new RegExp(
  `(?:_\\d{1,32}_${COUNT}\\.m3u8|\\.m3u8|_${COUNT}\\.(?:mp4|mp3|m4a|aac)|_${UTC}\\.(?:ts|webm|jpg))$`,
);

function parseGroups(
  text: string,
  { uid, patterns }: { uid: string | null; patterns: RegExp[] },
): NameEnding | undefined {
  for (const pattern of patterns) {
    const groups = pattern.exec(text)?.groups;
    const suffix = groups && parseSuffix(groups);
    if (suffix === undefined) continue;
    return { ...suffix, track: uid === null ? null : { uid, type: groups?.["type"] ?? groups?.["codec"] ?? null } };
  }
  return undefined;
}

function parseSuffix(groups: Partial<Record<string, string>>): NameSuffix {
  const { tick, version, index, at = "", media, ending } = groups;
  if (index !== undefined) {
    return isAudioFormat(ending)
      ? { kind: "mp3", index: Number(index), format: ending }
      : { kind: "mp4", index: Number(index) };
  }
  if (media === "jpg") return { kind: "snapshot", at };
  if (isContainer(media)) return { kind: "segment", at, container: media };
  const format: PlaylistFormat = (groups["format"] ?? groups["dash"]) === "mpd" ? "mpd" : "m3u8";
  return { kind: "playlist", format, backup: tick === undefined ? null : { tick, index: Number(version) } };
}

function isAudioFormat(ending: string | undefined): ending is AudioFormat {
  return ending === "mp3" || ending === "m4a" || ending === "aac";
}

function isContainer(media: string | undefined): media is Container {
  return media === "ts" || media === "webm";
}
