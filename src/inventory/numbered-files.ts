/**
 * Files that Agora numbers without gaps from 0: MP4s, and sound alone. A number counts only if no more are missing below it than
 * are there. Else it is no place in a series (`_1080.mp4`), and the file is foreign. Agora does not document where the numbers of
 * a later server begin, so the files of all servers are one series here.
 */
import type { ParsedName } from "../agora/names/file-names.ts";
import type { ParsedKey } from "../recording/keys.ts";

type Numbered = Extract<ParsedName, { index: number }>;

/** The place of a file in a series, or `undefined` for a kind without numbers. */
export function getNumber(file: ParsedName): number | undefined {
  return isNumbered(file) ? file.index : undefined;
}

/** Finds the keys whose number is no place in a series. What Agora named is always one. */
export function findUnnumbered(files: ParsedKey[], named: ReadonlySet<string>): Set<string> {
  const series = Map.groupBy(
    files.filter(({ file }) => isNumbered(file)),
    nameSeries,
  );
  return new Set([...series.values()].flatMap((each) => findStrays(each, named)));
}

function findStrays(files: ParsedKey[], named: ReadonlySet<string>): string[] {
  const isNamed = ({ key }: ParsedKey) => named.has(key);
  const counted = [...new Set(files.map(({ file }) => getNumber(file) ?? 0))].toSorted((a, b) => a - b);
  const last = counted.findLastIndex((number, index) => number - index <= index + 1);
  const highest = Math.max(counted[last] ?? -1, ...files.filter(isNamed).map(({ file }) => getNumber(file) ?? 0));
  return files.filter(({ file }) => (getNumber(file) ?? 0) > highest).map(({ key }) => key);
}

/** The series of a file: its ending, and its track whatever server recorded it. */
export function nameSeries({ directory, file }: ParsedKey): string {
  const { base, track } = file;
  const ending = "format" in file ? file.format : file.kind;
  return JSON.stringify([directory, base, track, ending]);
}

export function isNumbered(file: ParsedName): file is Numbered {
  return "index" in file;
}
