/** Where a benchmark's tables go: onto the screen as Markdown at once, and at the end into one file as JSON. */
import { loadavg } from "node:os";

import { describeMachine, versions } from "./machine.ts";

export type Row = (string | number)[];
export type Table = { title: string; columns: string[]; rows: Row[] };

/** Takes a finished table. */
export type Report = (table: Table) => void;

/** `load`: how busy the machine was in the last minute, so that a noisy run can be recognized. */
export type Figures = { machine: string; versions: string; measured: (Table & { at: string; load: number })[] };

/** Prints every table that it is given, and remembers it in `figures`. */
export function createReport(): { report: Report; figures: Figures } {
  const figures: Figures = { machine: describeMachine(), versions: versions(), measured: [] };
  return {
    figures,
    report(table) {
      const load = Math.round((loadavg()[0] ?? 0) * 10) / 10;
      if (figures.measured.length === 0) console.log(`${figures.machine}; ${figures.versions}\n`);
      console.log(`${table.title}\n\n${markdown(table)}\n`);
      figures.measured.push({ ...table, at: new Date().toISOString(), load });
    },
  };
}

/** Shows a row of a table that takes long, as soon as it is measured. */
export function showRow(row: Row): void {
  console.error(row.join("  "));
}

/** Rounds to three significant digits, as far as a measurement is worth. */
export function roundSignificant(value: number): number {
  return value >= 1000 ? Math.round(value) : Number(value.toPrecision(3));
}

function markdown({ columns, rows }: Table): string {
  // A column is aligned by its first value; later ones may be missing.
  const rules = columns.map((_, index) => (typeof rows[0]?.[index] === "number" ? "--:" : "---"));
  return [line(columns), `|${rules.join("|")}|`, ...rows.map(line)].join("\n");
}

function line(cells: Row): string {
  return `| ${cells.map((cell) => cell.toLocaleString("en")).join(" | ")} |`;
}
