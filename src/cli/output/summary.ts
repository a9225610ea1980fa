/** How recordings that were watched together have ended: the bad ends, then a sum; of a single one all of it. */
import type { RecordingLook } from "../../client.ts";
import { counted } from "../../lib/quantities.ts";
import { OUTCOME_STYLES, resultText, withoutOutcome } from "./result.ts";
import { type Paint, printable } from "./text.ts";

export type End = RecordingLook & { sid: string };

export function endsText(ends: End[], paint: Paint): string {
  const [only] = ends;
  if (only === undefined) return "No recording is under way";
  if (ends.length === 1)
    return only.result ? resultText(only.sid, only.result, paint) : withoutOutcome(only.sid, only.progress);
  const good = ends.filter(({ progress }) => progress.outcome === "verified");
  const bad = ends.filter(({ progress }) => progress.outcome !== "verified");
  const summary = `${counted(ends.length, "recording")}: ${good.length} verified, ${bad.length} not`;
  return [...bad.map((end) => badText(end, paint)), paint("bold", summary)].join("\n");
}

function badText(end: End, paint: Paint): string {
  if (end.result === null) return withoutOutcome(end.sid, end.progress);
  const { outcome, problems } = end.result;
  const [problem] = problems;
  const why = problem ? `\n  ${printable(`${problem.check}: ${problem.subject}`)}` : "";
  return `${paint(OUTCOME_STYLES[outcome], outcome)} ${end.sid}${why}`;
}
