/**
 * Which keys of the bucket belong to a recording: those that parse as Agora's names for its sid and channel directly below
 * the prefix, and those that Agora named, whatever their names begin with. A name that leads outside the prefix is refused.
 */
import { commonChannelStart } from "../agora/names/channel.ts";
import { buildName, FAILOVER_PREFIXES, type NameSuffix, type ParsedName } from "../agora/names/file-names.ts";
import { type BaseSet, createBaseSet, createNameReader, type NameReader } from "../agora/names/name-reader.ts";
import type { Expectation } from "./types.ts";

export type ParsedKey = {
  key: string;
  directory: string;
  /** The key without what follows the track: the same for a playlist and its segments. */
  stem: string;
  /** The stem without failover set and track: the same for all files of a recording. */
  base: string;
  file: ParsedName;
};

/** `parsed` is `null` when the kind of file is unknown. */
type NamedKey = { key: string; parsed: ParsedKey | null };

export type RecordingKeys = {
  /** The keys that Agora named, each once. */
  named: NamedKey[];
  /** Names that lead outside the prefix, or cannot be a key's. */
  refused: string[];
  /**
   * What to list. Together the prefixes find every named key and every key that `parseKey` accepts: `own` the files of the
   * first server, each item of `failovers` those of one failover, in their order.
   */
  listingPrefixes: { own: string[]; failovers: string[][] };
  /** A listing prefix, extended by as much of the channel as every file of the recording has. */
  withChannel(listingPrefix: string): string;
  /** Parses a key; `undefined` when it does not belong to this recording. */
  parseKey(key: string): ParsedKey | undefined;
  /** Whether the name in a playlist is one that Agora gives in this recording, so that it counts as it is written. */
  isOwnName: (uri: string) => boolean;
  /** Whether a key begins as this recording's keys do, whether or not it parses. */
  hasPrefixOfRecording(key: string): boolean;
};

/** Builds the keys of a recording. Pure. */
export function recordingKeys(expectation: Expectation): RecordingKeys {
  const reader = createNameReader(expectation);
  const names = [...new Set(expectation.named.map(({ name }) => withoutSlash(name)))];
  const named = parseNames(names.filter(isSafe), { prefix: expectation.prefix, reader });
  const others = listOtherBases(named);
  const starts = FAILOVER_PREFIXES.map((set) => buildStart(set, expectation));
  const [own = [], ...failovers] = FAILOVER_PREFIXES.map((set) => listPrefixes(set, { named, expectation }));

  return {
    named,
    refused: names.filter((name) => !isSafe(name)),
    listingPrefixes: { own, failovers },
    withChannel: (prefix) => (starts.includes(prefix) ? prefix + commonChannelStart(expectation) : prefix),
    parseKey(key) {
      const { directory, name } = splitKey(key);
      const file = directory === expectation.prefix ? reader.parse(name) : undefined;
      if (file !== undefined) return withPaths(key, { directory, file });
      const bases = others.get(directory);
      const other = bases === undefined ? undefined : reader.parseWithBase(name, bases);
      return other && withPaths(key, { directory, file: other });
    },
    isOwnName: (uri) => !/[/\\]/.test(uri) && reader.parse(uri) !== undefined,
    hasPrefixOfRecording: (key) => starts.some((start) => key.startsWith(start)),
  };
}

/** The key of another file of the same track. */
export function siblingKey({ directory, file }: ParsedKey, suffix: NameSuffix): string {
  const { base, failover, track } = file;
  return directory + buildName({ ...suffix, base, failover, track });
}

/** The bases of the files that Agora named, by directory. */
function listOtherBases(named: NamedKey[]): Map<string, BaseSet> {
  const parsed = named.flatMap(({ parsed: each }) => each ?? []);
  const byDirectory = Map.groupBy(parsed, ({ directory }) => directory);
  return new Map([...byDirectory].map(([key, files]) => [key, createBaseSet(files.map(({ file }) => file.base))]));
}

/** The last part of a key, for people. */
export function getFileName(key: string): string {
  return splitKey(key).name;
}

/** Agora names files with the prefix in some answers and without it in others. */
function parseNames(names: string[], { prefix, reader }: { prefix: string; reader: NameReader }): NamedKey[] {
  const keys = names.map((name) => (name.startsWith(prefix) ? name : prefix + name));
  return [...new Set(keys)].map((key) => {
    const { directory, name } = splitKey(key);
    const file = reader.parseNamed(name);
    return { key, parsed: file === undefined ? null : withPaths(key, { directory, file }) };
  });
}

/** Where the prefix has an empty part, Agora may name the file with a slash before it. */
function withoutSlash(name: string): string {
  return name.startsWith("/") && !name.startsWith("//") ? name.slice(1) : name;
}

function withPaths(key: string, { directory, file }: { directory: string; file: ParsedName }): ParsedKey {
  return { key, directory, stem: directory + file.stem, base: directory + file.base, file };
}

/** How the keys of a set begin. */
function buildStart(set: string, { prefix, sid }: Expectation): string {
  return `${prefix}${set}${sid}_`;
}

/** What to list for one set; a prefix that begins with another of them is left out. */
function listPrefixes(set: string, { named, expectation }: { named: NamedKey[]; expectation: Expectation }): string[] {
  const prefixes = new Set([buildStart(set, expectation)]);
  for (const { key, parsed } of named) {
    // A named file may have segments and failover sets beside it. Of an unknown kind only the file itself is listed.
    if (parsed !== null) prefixes.add(parsed.directory + set + parsed.file.base);
    else if (set === "") prefixes.add(key);
  }
  const unique = [...prefixes];
  return unique.filter((prefix) => !unique.some((other) => other !== prefix && prefix.startsWith(other)));
}

function isSafe(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses
  if (/[\u0000-\u001f\u007f]/.test(name)) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function splitKey(key: string): { directory: string; name: string } {
  const end = key.lastIndexOf("/") + 1;
  return { directory: key.slice(0, end), name: key.slice(end) };
}
