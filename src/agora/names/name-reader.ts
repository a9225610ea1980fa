/**
 * Reads the names of one recording's files. A channel may itself contain underscores and digits, so a name can only be read
 * with the channel at hand. The patterns are made once a recording, and the time to match grows with the name only: anyone who
 * may write to the bucket may put 200,000 names there that begin like ours.
 */
import { MODES } from "../modes.ts";
import { channelPatterns, escapePattern } from "./channel.ts";
import { buildStem, FAILOVER_PREFIXES, type NamingContext, type ParsedName } from "./file-names.ts";
import { findEnding, type NameEnding, parseEnding } from "./name-endings.ts";

export type NameReader = {
  /** Reads a file name (without directories); `undefined` if Agora would not give it to this recording. */
  parse(fileName: string): ParsedName | undefined;
  /**
   * Reads a file name from an answer of Agora, which may begin with another id than the sid. A name with the channel in it is
   * read as strictly as by `parse`; of any other, everything before the ending is the base.
   */
  parseNamed(fileName: string): ParsedName | undefined;
  /** Reads a name that begins with a base of which `parseNamed` knows. */
  parseWithBase(fileName: string, bases: BaseSet): ParsedName | undefined;
};

/** Bases, with their lengths. */
export type BaseSet = { bases: ReadonlySet<string>; lengths: readonly number[] };

/** Longer than any name with a channel of 1,024 bytes. */
const MAX_NAME_LENGTH = 2048;

/** Makes a reader for one recording. */
export function createNameReader({ sid, cname, mode }: NamingContext): NameReader {
  const { userNames } = MODES[mode];
  const channels = channelPatterns(cname);
  const starts = channels.map((channel) => new RegExp(`^${escapePattern(sid)}_${channel}`));
  const others = channels.map((channel) => new RegExp(`_${channel}`, "y"));

  const withBase = (name: string, length: number): ParsedName | undefined => {
    const ending = parseEnding(name.slice(length), userNames);
    return ending && toParsedName({ base: name.slice(0, length), ending });
  };
  const parse = (name: string): ParsedName | undefined => {
    for (const start of starts) {
      const base = start.exec(name)?.[0];
      const parsed = base === undefined ? undefined : withBase(name, base.length);
      if (parsed !== undefined) return parsed;
    }
    return undefined;
  };
  const parseAfterOtherId = (name: string): ParsedName | undefined => {
    for (let at = name.indexOf("_", 1); at > 0; at = name.indexOf("_", at + 1)) {
      for (const channel of others) {
        channel.lastIndex = at;
        const parsed = channel.test(name) ? withBase(name, channel.lastIndex) : undefined;
        if (parsed !== undefined) return parsed;
      }
    }
    return undefined;
  };
  const parseOther = (name: string): ParsedName | undefined => {
    const found = findEnding(name, userNames);
    return found && toParsedName(found);
  };
  return {
    parse: (name) => inSet(name, parse),
    parseNamed: (name) => inSet(name, parse) ?? inSet(name, parseAfterOtherId) ?? inSet(name, parseOther),
    parseWithBase: (fileName, { bases, lengths }) =>
      inSet(fileName, (name) => {
        const length = lengths.find((each) => bases.has(name.slice(0, each)) && withBase(name, each) !== undefined);
        return length === undefined ? undefined : withBase(name, length);
      }),
  };
}

export function createBaseSet(bases: Iterable<string>): BaseSet {
  const unique = new Set(bases);
  const lengths = new Set([...unique].map((base) => base.length));
  return { bases: unique, lengths: [...lengths].toSorted((a, b) => b - a) };
}

/** Takes the failover set off a name. A set of a number that Agora does not reach belongs to the base, and so to no recording. */
function inSet(fileName: string, parse: (name: string) => ParsedName | undefined): ParsedName | undefined {
  if (fileName.length > MAX_NAME_LENGTH) return undefined;
  const failover = FAILOVER_PREFIXES.findIndex((prefix, index) => index > 0 && fileName.startsWith(prefix)) - 1;
  if (failover < 0) return parse(fileName);
  const parsed = parse(fileName.slice(FAILOVER_PREFIXES[failover + 1]?.length));
  return parsed && { ...parsed, failover, stem: buildStem({ ...parsed, failover }) };
}

function toParsedName({ base, ending }: { base: string; ending: NameEnding }): ParsedName {
  return { ...ending, base, failover: null, stem: buildStem({ base, failover: null, track: ending.track }) };
}
