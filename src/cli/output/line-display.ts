/** Lines that change in place on a terminal; elsewhere each change is a line of its own. */
import type { CommandHost } from "../context.ts";
import { isLive } from "./terminal-text.ts";

export type LineDisplay = {
  live: boolean;
  /** The width that a line must not exceed now, or it cannot be overwritten. */
  columns(): number;
  /** Shows these lines in place of those that were shown. Nothing else may be written to standard error in between. */
  show(lines: string[]): void;
};

const LOG_COLUMNS = 160;

export function createLineDisplay(host: CommandHost): LineDisplay {
  const { stderr } = host;
  const live = isLive(stderr, host);
  let shown: string[] = [];
  return {
    live,
    columns: () => (live ? (stderr.columns ?? 80) : LOG_COLUMNS),
    show(lines) {
      const back = shown.length === 0 ? "" : `\u001B[${shown.length}A\u001B[0J`;
      const changed = live ? lines : lines.filter((line, index) => line !== shown[index]);
      if (lines.join("\n") !== shown.join("\n")) {
        stderr.write(`${live ? back : ""}${changed.map((line) => `${line}\n`).join("")}`);
      }
      shown = lines;
    },
  };
}
