/** How the recordings that were watched have ended: the bad ends, then a sum; a single one in full. */
import { plural } from "../../lib/quantities.ts";
import { OUTCOME_STYLES } from "./end.ts";
import { formatEnd, type RecordingEnd } from "./result.ts";
import { type Paint, stripControls } from "./terminal-text.ts";

export function formatSummary(ends: RecordingEnd[], paint: Paint): string {
  const [first, ...others] = ends;
  if (first === undefined) return "No recording is under way";
  if (others.length === 0) return formatEnd(first, paint);
  const bad = ends.filter(({ progress }) => progress.outcome !== "verified");
  const sum = `${plural(ends.length, "recording")}: ${ends.length - bad.length} verified, ${bad.length} not`;
  return [...bad.map((end) => formatBadEnd(end, paint)), paint("bold", sum)].join("\n");
}

function formatBadEnd(end: RecordingEnd, paint: Paint): string {
  if (end.result === null) return formatEnd(end, paint);
  const { outcome, problems } = end.result;
  const [problem] = problems;
  const why = problem ? `\n  ${stripControls(`${problem.check}: ${problem.subject}`)}` : "";
  return `${paint(OUTCOME_STYLES[outcome], outcome)} ${end.sid}${why}`;
}
