/** A recording's end as a person reads it: the outcome, then what is wrong and what to do, then the rest. */
import type { FinalizeResult, Outcome, Problem, RecordingProgress, StopReport } from "../../client.ts";
import { counted, inBytes } from "../../lib/quantities.ts";
import { backupText, row, stopText } from "./rows.ts";
import { inTime, type Paint, printable, type Style } from "./text.ts";

export const OUTCOME_STYLES: Record<Outcome, Style> = {
  cancelled: "yellow",
  unverified: "yellow",
  empty: "yellow",
  lost: "red",
  "not-found": "red",
  incomplete: "red",
  damaged: "red",
  verified: "green",
};

/** What an operator can do; more of it in docs/outcomes.md. */
const REMEDIES: Record<Exclude<Outcome, "cancelled" | "verified">, string> = {
  unverified: "Mend the store, then run it again with --rerun",
  empty: "Agora recorded nothing: nobody published in the channel",
  lost: "Compare the storageConfig of start with the worker's store; Agora's backup cloud keeps files for ten days",
  "not-found": "Check the sid, the prefix and the bucket",
  incomplete: "Run it again with --rerun when the missing files may have come",
  damaged: "Look at the named files: the store has them, and they are not what they should be",
};

export function resultText(sid: string, result: FinalizeResult, paint: Paint): string {
  const { outcome, forced, problems, problemCount } = result;
  const ended = `${paint(OUTCOME_STYLES[outcome], outcome)} ${sid}${forced ? ", forced" : ""}`;
  const left = problemCount - problems.length;
  return [
    paint("bold", ended),
    ...problems.toSorted(errorsFirst).map((problem) => `  ${problemText(problem, paint)}`),
    ...(left > 0 ? [`  and ${counted(left, "further problem")}, all in the manifest`] : []),
    ...row("to do", remedy(result)),
    ...manifestRows(result),
    ...row("files", totalsText(result)),
    ...row("stop", stopText(result.stop)),
    ...row("backup", backupText(result.backup)),
    ...row("checked", checkedText(result)),
  ].join("\n");
}

export function hasEnded({ workflowStatus }: RecordingProgress): boolean {
  return workflowStatus !== "RUNNING";
}

/** The outcome, or Temporal's word for a workflow that closed without one. */
export function endOf({ outcome, workflowStatus }: RecordingProgress): string {
  return outcome ?? workflowStatus.toLowerCase().replace("_", " ");
}

export function endStyle({ outcome }: RecordingProgress): Style {
  return outcome === null ? "red" : OUTCOME_STYLES[outcome];
}

export function withoutOutcome(sid: string, progress: RecordingProgress): string {
  return `${sid} has no outcome: its workflow is ${endOf(progress)}`;
}

/** What must be said loudly when somebody gives up; `undefined` where Agora took the stop. */
export function billed({ status }: StopReport): string | undefined {
  if (status === "not-sent") return "No stop was sent to Agora: A RECORDING THAT STILL RUNS GOES ON, AND IS BILLED";
  if (status === "unconfirmed") return "Agora has not confirmed the stop: THE RECORDING MAY GO ON, AND BE BILLED";
  return undefined;
}

function problemText({ check, severity, subject, expected, observed }: Problem, paint: Paint): string {
  const style = severity === "error" ? "red" : "yellow";
  return printable(`${severity} ${check}: ${subject}: expected ${expected}, observed ${observed}`).replace(
    severity,
    paint(style, severity),
  );
}

function checkedText({ outcome, level, expectedFrom }: FinalizeResult): string | undefined {
  if (outcome === "cancelled" || outcome === "unverified") return undefined;
  return `at level ${level}, against ${EXPECTED_FROM[expectedFrom]}`;
}

const EXPECTED_FROM = { agora: "Agora's list and the store", discovered: "what the store holds" };

function remedy({ outcome, stop }: FinalizeResult): string | undefined {
  if (outcome === "verified") return undefined;
  if (outcome !== "cancelled") return REMEDIES[outcome];
  return billed(stop) && "If the recording still runs, end it: tailslate stop --rerun with its input";
}

function manifestRows({ manifest }: FinalizeResult): string[] {
  if (manifest === null) return row("manifest", "none");
  const { store, key, sha256, bytes } = manifest;
  return [...row("manifest", `${printable(key)} in the store ${store}, ${inBytes(bytes)}`), ...row("SHA-256", sha256)];
}

function totalsText({ totals }: FinalizeResult): string | undefined {
  if (totals === null) return undefined;
  const { files, bytes, playlists, segments, mp4s, snapshots, durationSeconds } = totals;
  const kinds = Object.entries({ playlist: playlists, segment: segments, MP4: mp4s, snapshot: snapshots })
    .filter(([, count]) => count > 0)
    .map(([noun, count]) => counted(count, noun));
  const media = durationSeconds > 0 ? [`${inTime(durationSeconds * 1000)} long`] : [];
  return [String(files), inBytes(bytes), ...kinds, ...media].join(", ");
}

function errorsFirst(a: Problem, b: Problem): number {
  return Number(a.severity === "warning") - Number(b.severity === "warning");
}
