/** The tables of checks in docs/levels.md, between `<!-- checks: NAME -->` and `<!-- end -->`. */
import { CHECKS } from "../src/checks/checks.ts";

export const LEVELS_PAGE = new URL("../docs/levels.md", import.meta.url);

/** Gives the page with every table printed anew. */
export function withCheckTables(page: string): string {
  return page.replaceAll(/(<!-- checks: ([a-z-]+) -->\n)[^]*?(<!-- end -->)/g, (_, begin, name, end) => {
    return `${begin}\n${checkTable(name)}\n\n${end}`;
  });
}

function checkTable(name: string): string {
  const checks = Object.entries(CHECKS).filter(([, { about, level }]) => (about === "files" ? level : about) === name);
  const heading = ["check", name === "run" ? "severity" : "outcome", "what went wrong"];
  const rows = checks.map(([check, row]) => [
    `\`${check}\``,
    name === "run" ? row.severity : outcomeOf(row),
    row.sentence,
  ]);
  return alignedTable([heading, ...rows]);
}

function outcomeOf({ severity, absence }: (typeof CHECKS)[keyof typeof CHECKS]): string {
  if (severity === "warning") return "warning";
  return absence ? "incomplete" : "damaged";
}

/** As oxfmt lays out a table. */
function alignedTable(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const [heading = "", ...lines] = rows.map(
    (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`,
  );
  return [heading, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`, ...lines].join("\n");
}
