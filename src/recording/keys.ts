/**
 * Which keys of the bucket are a recording's: those that read as Agora's names for its sid and channel directly below
 * the prefix, and those that Agora named itself, whatever their names begin with. Nothing outside the prefix is ever
 * looked at: a name that would lead there is refused.
 */
import {
  type ParsedName,
  commonChannelStart,
  parseFileName,
  parseNamedFile,
  FAILOVER_PREFIXES,
} from "../agora/names/file-names.ts";
import type { Expectation } from "./types.ts";

/** A key and what its last part says. */
export type ParsedKey = { key: string; directory: string; file: ParsedName };

export type RecordingKeys = {
  /** The keys that Agora named, each once; `located` is `null` when the kind of file is not one we know. */
  named: { key: string; located: ParsedKey | null }[];
  /** Names that would lead out of the prefix, or cannot be a key's. */
  refused: string[];
  /**
   * What to list: together they find every key that `locate` accepts and every named one. `own` finds the first server's
   * files, and the others those of one failover each, in their order.
   */
  listingPrefixes: { own: string[]; failovers: string[][] };
  /** A listing prefix with as much of the channel behind it as every file of the recording has. */
  withChannel(listingPrefix: string): string;
  /** Reads a key; `undefined` when it is not one of this recording's. */
  parseKey(key: string): ParsedKey | undefined;
  /** Whether a key begins as this recording's do, readable or not. */
  hasPrefixOfRecording(key: string): boolean;
};

/** Works out the names of a recording. Pure. */
export function recordingKeys(expectation: Expectation): RecordingKeys {
  const names = [...new Set(expectation.named.map(({ name }) => name))];
  const keys = names.filter(isSafe).map((name) => keyOf(name, expectation.prefix));
  const named = [...new Set(keys)].map((key) => ({ key, located: parseNamedKey(key, expectation) }));
  const bases = new Set(named.flatMap(({ located }) => (located === null ? [] : [baseOf(located)])));
  const ours = FAILOVER_PREFIXES.map((set) => startOf(set, expectation));
  const [own = [], ...failovers] = FAILOVER_PREFIXES.map((set) =>
    withoutNested([startOf(set, expectation), ...named.flatMap((file) => prefixesOf(file, set))]),
  );

  return {
    named,
    refused: names.filter((name) => !isSafe(name)),
    listingPrefixes: { own, failovers },
    withChannel: (prefix) => (ours.includes(prefix) ? prefix + commonChannelStart(expectation) : prefix),
    parseKey(key) {
      const { directory, fileName } = split(key);
      const file = directory === expectation.prefix ? parseFileName(fileName, expectation) : undefined;
      if (file !== undefined) return { key, directory, file };
      const other = bases.size === 0 ? null : parseNamedKey(key, expectation);
      return other !== null && bases.has(baseOf(other)) ? other : undefined;
    },
    hasPrefixOfRecording: (key) => ours.some((prefix) => key.startsWith(prefix)),
  };
}

/** The last part of a key: a file's name, for people. */
export function fileNameOf(key: string): string {
  return split(key).fileName;
}

/** What all files of a recording share: directory and base of the name. */
export function baseOf({ directory, file }: ParsedKey): string {
  return directory + file.base;
}

/** How the keys of a set begin. */
function startOf(set: string, { prefix, sid }: Expectation): string {
  return `${prefix}${set}${sid}_`;
}

function parseNamedKey(key: string, expectation: Expectation): ParsedKey | null {
  const { directory, fileName } = split(key);
  const file = parseNamedFile(fileName, expectation);
  return file === undefined ? null : { key, directory, file };
}

/** A file may have segments and failover sets beside it; of a kind that we do not know, only itself is looked for. */
function prefixesOf({ key, located }: RecordingKeys["named"][number], set: string): string[] {
  if (located === null) return set === "" ? [key] : [];
  return [located.directory + set + located.file.base];
}

/** A listing under a prefix holds all those under longer ones. */
function withoutNested(prefixes: string[]): string[] {
  const unique = [...new Set(prefixes)];
  return unique.filter((prefix) => !unique.some((other) => other !== prefix && prefix.startsWith(other)));
}

/** Agora names files with the prefix in some answers and without it in others. */
function keyOf(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name : prefix + name;
}

function isSafe(name: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are what it refuses
  if (/[\u0000-\u001f\u007f]/.test(name)) return false;
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

function split(key: string): { directory: string; fileName: string } {
  const end = key.lastIndexOf("/") + 1;
  return { directory: key.slice(0, end), fileName: key.slice(end) };
}
