/** Live progress as one line of a terminal. */
import type { RecordingProgress } from "../progress.ts";

const BAR_CELLS = 20;

/**
 * The phase, a bar of the files that are there, and what is waited for; cut to `columns`. Plain text: whoever prints it
 * adds colours, because only then is its length known.
 */
export function progressLine(progress: RecordingProgress, columns: number): string {
  const { phase, present, expected, waitingFor, outcome } = progress;
  const counted = present !== null && expected !== null;
  const files = counted
    ? `${bar(present, expected)} ${present} of ${expected} files`
    : bar(outcome === null ? 0 : 1, 1);
  const [first = ""] = waitingFor;
  const rest = outcome ?? `waiting for ${first}${waitingFor.length > 1 ? ` and ${waitingFor.length - 1} more` : ""}`;
  const line = `${phase.padEnd(9)} ${files}  ${rest}`;
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}

function bar(present: number, expected: number): string {
  const filled = expected === 0 ? 0 : Math.floor((present / expected) * BAR_CELLS);
  return "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
}
