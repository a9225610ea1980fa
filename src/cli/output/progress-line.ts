/** Live progress as one line of a terminal. */
import type { RecordingProgress } from "../../client/progress.ts";
import { endOf } from "./result.ts";
import { fit, pad } from "./text.ts";

const BAR_CELLS = 20;
/** Below this width the bar makes room for what is waited for. */
const WIDE = 60;

/**
 * The phase, a bar of the files that are there, and what is waited for; cut to `columns`. Plain text: whoever prints it
 * adds colours, because only then is its length known.
 */
export function progressLine(progress: RecordingProgress, columns: number): string {
  const phase = pad(progress.phase ?? "unknown", 9);
  const line = [phase, ...files(progress, columns), ` ${state(progress)}`].join(" ");
  return fit(columns < WIDE ? line.replace("waiting for ", "") : line, columns);
}

function files({ present, expected, outcome }: RecordingProgress, columns: number): string[] {
  const counted = present !== null && expected !== null;
  if (columns < WIDE) return counted ? [`${present}/${expected}`] : [];
  return counted ? [bar(present, expected), `${present} of ${expected} files`] : [bar(outcome === null ? 0 : 1, 1)];
}

function state(progress: RecordingProgress): string {
  const { phase, waitingFor, answered } = progress;
  if (phase === "done") return endOf(progress);
  if (!answered) return "no worker answers";
  const [first = "", ...others] = waitingFor;
  const more = others.length > 0 ? ` and ${others.length} more` : "";
  return phase === "scheduled" ? first : `waiting for ${first.replace(/^The /, "the ")}${more}`;
}

function bar(present: number, expected: number): string {
  const filled = expected === 0 ? 0 : Math.floor((present / expected) * BAR_CELLS);
  return "█".repeat(filled) + "░".repeat(BAR_CELLS - filled);
}
