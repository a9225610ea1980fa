/** How recordings that were watched together have ended: the bad ends, then a sum; of a single one all of it. */
import type { RecordingLook } from "../../client.ts";
import { plural } from "../../lib/quantities.ts";
import { OUTCOME_STYLES, formatResult, formatMissingOutcome } from "./result.ts";
import { type Paint, stripControls } from "./terminal-text.ts";

export type WatchedEnd = RecordingLook & { sid: string };

export function formatSummary(ends: WatchedEnd[], paint: Paint): string {
  const [only] = ends;
  if (only === undefined) return "No recording is under way";
  if (ends.length === 1)
    return only.result ? formatResult(only.sid, only.result, paint) : formatMissingOutcome(only.sid, only.progress);
  const good = ends.filter(({ progress }) => progress.outcome === "verified");
  const bad = ends.filter(({ progress }) => progress.outcome !== "verified");
  const summary = `${plural(ends.length, "recording")}: ${good.length} verified, ${bad.length} not`;
  return [...bad.map((end) => formatBadEnd(end, paint)), paint("bold", summary)].join("\n");
}

function formatBadEnd(end: WatchedEnd, paint: Paint): string {
  if (end.result === null) return formatMissingOutcome(end.sid, end.progress);
  const { outcome, problems } = end.result;
  const [problem] = problems;
  const why = problem ? `\n  ${stripControls(`${problem.check}: ${problem.subject}`)}` : "";
  return `${paint(OUTCOME_STYLES[outcome], outcome)} ${end.sid}${why}`;
}
