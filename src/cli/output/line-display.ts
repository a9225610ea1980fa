/** Shows lines on standard error: a terminal overwrites them in place, a log gets a line for each change. */
import type { CommandHost } from "../context.ts";
import { isLive } from "./terminal-text.ts";

export type LineDisplay = {
  /** How many lines and columns can be overwritten now. */
  size(): { rows: number; columns: number };
  /** Replaces the lines shown before. In between nothing else may write to standard error. */
  show(lines: string[]): void;
};

const LOG_COLUMNS = 160;

export function createLineDisplay({ stderr, env }: CommandHost): LineDisplay {
  const live = isLive(stderr, env);
  let shown: string[] = [];
  return {
    size() {
      if (!live) return { rows: Number.POSITIVE_INFINITY, columns: LOG_COLUMNS };
      return { rows: (stderr.rows ?? 24) - 1, columns: stderr.columns ?? 80 };
    },
    show(lines) {
      const erase = shown.length === 0 ? "" : `\u001B[${shown.length}A\u001B[0J`;
      const changed = live ? lines : lines.filter((line, index) => line !== shown[index]);
      if (lines.join("\n") !== shown.join("\n")) {
        stderr.write(`${live ? erase : ""}${changed.map((line) => `${line}\n`).join("")}`);
      }
      shown = lines;
    },
  };
}
