/** The fault matrix in a few lines: groups of damages by levels. */
import type { Level } from "../../../src/contract/problem.ts";
import type { Damage } from "./damage.ts";
import { LEVELS } from "./judge.ts";
import { wrongMedia } from "./wrong-media.ts";
import { missingFiles } from "./missing-files.ts";
import { oddities } from "./oddities.ts";
import { wrongPlaylists } from "./wrong-playlists.ts";

const GROUPS: Record<string, readonly Damage[]> = {
  "Files lost, empty, renamed or unfinished": missingFiles,
  "Playlists cut, wrong or another track's; stray segments": wrongPlaylists,
  "Files overwritten or emptied between two looks": wrongMedia.filter(({ level }) => level === "head"),
  "Media cut, swapped, doubled, encrypted or not media": wrongMedia.filter(({ level }) => level === "probe"),
  "Bytes rotten in the middle": wrongMedia.filter(({ level }) => level === "hash"),
};

/** What the levels said of the whole matrix. */
export type Tally = {
  isFound: (damage: Damage, level: Level) => boolean;
  /** How many good recordings were not verified. */
  alarms: (level: Level) => number;
};

/** A Markdown table: how many damages each level found, of those that it can see by its nature. */
export function summaryTable({ isFound, alarms }: Tally): string {
  const damages = Object.values(GROUPS).flat();
  const rows = Object.entries({ ...GROUPS, "All damages": damages }).map(([name, group]) => [
    name,
    ...LEVELS.map((level) => cell(group, { level, isFound })),
  ]);
  const header = ["", ...LEVELS.map((level) => `\`${level}\``)];
  const good = [`False alarms at ${oddities.length} good but odd recordings`, ...LEVELS.map((level) => alarms(level))];
  const lines = [header, ["---", ...LEVELS.map(() => "---")], ...rows, good];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function cell(group: readonly Damage[], { level, isFound }: Pick<Tally, "isFound"> & { level: Level }): string {
  const visible = group.filter((damage) => LEVELS.indexOf(damage.level) <= LEVELS.indexOf(level));
  const found = visible.filter((damage) => isFound(damage, level));
  return visible.length === 0 ? "–" : `${found.length} of ${group.length}`;
}
