/** Live progress as one line of a terminal. */
import type { RecordingProgress } from "../../client/progress.ts";
import { describeEnd } from "./result.ts";
import { truncateToColumns, padToColumns } from "./terminal-text.ts";

const BAR_CELLS = 20;
/** Below this width the bar makes room for what is waited for. */
const BAR_MIN_COLUMNS = 60;

/**
 * The phase, a bar of the files that are there, and what is waited for; cut to `columns`. Plain text: whoever prints it
 * adds colours, because only then is its length known.
 */
export function formatProgressLine(progress: RecordingProgress, columns: number): string {
  const phase = padToColumns(progress.phase ?? "unknown", 9);
  const line = [phase, ...formatFiles(progress, columns), ` ${formatState(progress)}`].join(" ");
  return truncateToColumns(columns < BAR_MIN_COLUMNS ? line.replace("waiting for ", "") : line, columns);
}

function formatFiles({ present, expected, outcome }: RecordingProgress, columns: number): string[] {
  const counted = present !== null && expected !== null;
  if (columns < BAR_MIN_COLUMNS) return counted ? [`${present}/${expected}`] : [];
  return counted
    ? [drawBar(present, expected), `${present} of ${expected} files`]
    : [drawBar(outcome === null ? 0 : 1, 1)];
}

function formatState(progress: RecordingProgress): string {
  const { phase, waitingFor, answered } = progress;
  if (phase === "done") return describeEnd(progress);
  if (!answered) return "no worker answers";
  const [first = "", ...others] = waitingFor;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return phase === "scheduled" ? first : `waiting for ${first.replace(/^The /, "the ")}${more}`;
}

function drawBar(present: number, expected: number): string {
  const filled = expected === 0 ? 0 : Math.floor((present / expected) * BAR_CELLS);
  return "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
}
