/** The tables of ids in docs/levels.md, between `<!-- checks: NAME -->` and `<!-- end -->`. */
import { CHANGES } from "../src/checks/changes.ts";
import { CHECKS } from "../src/checks/checks.ts";

export const LEVELS_PAGE = new URL("../docs/levels.md", import.meta.url);

type Row = (typeof CHECKS)[keyof typeof CHECKS];

/** Gives the page with every table printed again. */
export function withTables(page: string): string {
  return page.replaceAll(
    /(<!-- checks: ([a-z-]+) -->\n)[^]*?(<!-- end -->)/g,
    (_whole, ...[begin, name = "", end]: string[]) => {
      return `${begin}\n${alignTable(name === "changes" ? listChanges() : listChecks(name))}\n\n${end}`;
    },
  );
}

function listChanges(): string[][] {
  const rows = Object.entries(CHANGES).map(([kind, sentence]) => [`\`${kind}\``, sentence]);
  return [["change", "what has changed"], ...rows];
}

/** The checks of one level, of a playlist's text, or of the run. */
function listChecks(name: string): string[][] {
  const describe = name === "run" ? ({ severity }: Row) => severity : describeOutcome;
  const checks = Object.entries(CHECKS).filter(([, { about, level }]) => (about === "files" ? level : about) === name);
  const rows = checks.map(([check, row]) => [`\`${check}\``, describe(row), row.sentence]);
  return [["check", name === "run" ? "severity" : "outcome", "what went wrong"], ...rows];
}

function describeOutcome({ severity, absence }: Row): string {
  if (severity === "warning") return "warning";
  return absence ? "incomplete" : "damaged";
}

/** As oxfmt aligns a table. */
function alignTable([heading = [], ...rows]: string[][]): string {
  const widths = heading.map((title, at) => Math.max(title.length, ...rows.map((cells) => cells[at]?.length ?? 0)));
  const lines = [heading, widths.map((width) => "-".repeat(width)), ...rows];
  return lines.map((cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`).join("\n");
}
