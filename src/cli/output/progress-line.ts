/** Progress of one recording as one line: the phase, a bar of the files, and what it waits for. */
import type { RecordingProgress } from "../../client/progress.ts";
import { describeEnd } from "./end.ts";
import { padToColumns, truncateToColumns } from "./terminal-text.ts";

const BAR_CELLS = 20;
/** A narrower line has no bar, which leaves its columns to what it waits for. */
const BAR_MIN_COLUMNS = 60;

/** Cut to `columns`, without styles: a caller can add them, because only a plain text can be measured. */
export function formatProgressLine(progress: RecordingProgress, columns: number): string {
  const phase = padToColumns(progress.phase ?? "unknown", 9);
  const line = [phase, ...formatFiles(progress, columns), ` ${formatState(progress)}`].join(" ");
  return truncateToColumns(columns < BAR_MIN_COLUMNS ? line.replace("waiting for ", "") : line, columns);
}

function formatFiles({ present, expected, outcome }: RecordingProgress, columns: number): string[] {
  const isCounted = present !== null && expected !== null;
  if (columns < BAR_MIN_COLUMNS) return isCounted ? [`${present}/${expected}`] : [];
  return isCounted
    ? [drawBar(present, expected), `${present} of ${expected} files`]
    : [drawBar(outcome === null ? 0 : 1, 1)];
}

function formatState(progress: RecordingProgress): string {
  const { phase, waitingFor, answered, storeFailure } = progress;
  if (phase === "done") return describeEnd(progress);
  if (!answered) return "no worker answers";
  const [first = "", ...others] = waitingFor;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  const since = storeFailure?.since ? ` since ${storeFailure.since.slice(11, 19)}Z or earlier` : "";
  return phase === "scheduled" ? first : `waiting for ${first.replace(/^The /, "the ")}${more}${since}`;
}

function drawBar(present: number, expected: number): string {
  const filled = expected === 0 ? 0 : Math.floor((present / expected) * BAR_CELLS);
  return "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
}
