/** A recording's end as a person reads it: the outcome, then what is wrong and what to do, then the rest. */
import type { FinalizeResult, Outcome, Problem, RecordingProgress, StopReport } from "../../client.ts";
import { plural, formatBytes } from "../../lib/quantities.ts";
import { formatBackup, formatRow, formatStop } from "./detail-rows.ts";
import { formatDuration, type Paint, stripControls, type Style } from "./terminal-text.ts";

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

export function formatResult(sid: string, result: FinalizeResult, paint: Paint): string {
  const { outcome, forced, problems, problemCount } = result;
  const ended = `${paint(OUTCOME_STYLES[outcome], outcome)} ${sid}${forced ? ", forced" : ""}`;
  const left = problemCount - problems.length;
  return [
    paint("bold", ended),
    ...problems.toSorted(compareSeverity).map((problem) => `  ${formatProblem(problem, paint)}`),
    ...(left > 0 ? [`  and ${plural(left, "further problem")}, all in the manifest`] : []),
    ...formatRow("to do", chooseRemedy(result)),
    ...formatManifestRows(result),
    ...formatRow("files", formatTotals(result)),
    ...formatRow("stop", formatStop(result.stop)),
    ...formatRow("backup", formatBackup(result.backup)),
    ...formatRow("checked", formatChecked(result)),
  ].join("\n");
}

export function hasEnded({ workflowStatus }: RecordingProgress): boolean {
  return workflowStatus !== "RUNNING";
}

/** The outcome, or Temporal's word for a workflow that closed without one. */
export function describeEnd({ outcome, workflowStatus }: RecordingProgress): string {
  return outcome ?? workflowStatus.toLowerCase().replace("_", " ");
}

export function chooseEndStyle({ outcome }: RecordingProgress): Style {
  return outcome === null ? "red" : OUTCOME_STYLES[outcome];
}

export function formatMissingOutcome(sid: string, progress: RecordingProgress): string {
  return `${sid} has no outcome: its workflow is ${describeEnd(progress)}`;
}

/** What must be said loudly when somebody gives up; `undefined` where Agora took the stop. */
export function formatBillingWarning({ status }: StopReport): string | undefined {
  if (status === "not-sent") return "No stop was sent to Agora: A RECORDING THAT STILL RUNS GOES ON, AND IS BILLED";
  if (status === "unconfirmed") return "Agora has not confirmed the stop: THE RECORDING MAY GO ON, AND BE BILLED";
  return undefined;
}

function formatProblem({ check, severity, subject, expected, observed }: Problem, paint: Paint): string {
  const style = severity === "error" ? "red" : "yellow";
  return stripControls(`${severity} ${check}: ${subject}: expected ${expected}, observed ${observed}`).replace(
    severity,
    paint(style, severity),
  );
}

function formatChecked({ outcome, level, expectedFrom }: FinalizeResult): string | undefined {
  if (outcome === "cancelled" || outcome === "unverified") return undefined;
  return `at level ${level}, against ${EXPECTED_FROM[expectedFrom]}`;
}

const EXPECTED_FROM = { agora: "Agora's list and the store", discovered: "what the store holds" };

function chooseRemedy({ outcome, stop }: FinalizeResult): string | undefined {
  if (outcome === "verified") return undefined;
  if (outcome !== "cancelled") return REMEDIES[outcome];
  return formatBillingWarning(stop) && "If the recording still runs, end it: tailslate stop --rerun with its input";
}

function formatManifestRows({ manifest }: FinalizeResult): string[] {
  if (manifest === null) return formatRow("manifest", "none");
  const { store, key, sha256, bytes } = manifest;
  return [
    ...formatRow("manifest", `${stripControls(key)} in the store ${store}, ${formatBytes(bytes)}`),
    ...formatRow("SHA-256", sha256),
  ];
}

function formatTotals({ totals }: FinalizeResult): string | undefined {
  if (totals === null) return undefined;
  const { files, bytes, playlists, segments, mp4s, snapshots, durationSeconds } = totals;
  const kinds = Object.entries({ playlist: playlists, segment: segments, MP4: mp4s, snapshot: snapshots })
    .filter(([, count]) => count > 0)
    .map(([noun, count]) => plural(count, noun));
  const media = durationSeconds > 0 ? [`${formatDuration(durationSeconds * 1000)} long`] : [];
  return [String(files), formatBytes(bytes), ...kinds, ...media].join(", ");
}

function compareSeverity(a: Problem, b: Problem): number {
  return Number(a.severity === "warning") - Number(b.severity === "warning");
}
