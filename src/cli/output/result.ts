/** The result of a recording as text: the outcome, then what is wrong and what to do about it, then the rest. */
import type { FinalizeResult, Outcome, Problem, RecordingLook } from "../../client.ts";
import { omitName } from "../../lib/omit-name.ts";
import { formatBytes, formatDuration, formatNumber, plural } from "../../lib/quantities.ts";
import { formatBackup, formatRow, formatStop } from "./detail-rows.ts";
import { describeEnd, OUTCOME_STYLES } from "./end.ts";
import { type Paint, stripControls } from "./terminal-text.ts";
import { FILE_KINDS } from "../../recording/file-kinds.ts";

/** docs/outcomes.md says more. */
const REMEDIES: Record<Exclude<Outcome, "cancelled" | "verified">, string> = {
  unverified: "Mend the store, then run it again with --rerun",
  empty: "Agora recorded nothing: nobody published in the channel",
  lost: "Compare the storageConfig of start with the worker's store; Agora's backup cloud keeps files for 72 hours",
  "not-found": "Check the sid, the prefix and the bucket",
  incomplete: "Run it again with --rerun when the missing files may have come",
  damaged: "Look at the named files: the store has them, and they are not what they should be",
};

const EXPECTED_FROM = { agora: "Agora's list and the store", discovered: "what the store holds" };

/** A recording whose workflow has ended, with a result or without. */
export type RecordingEnd = Pick<RecordingLook, "progress" | "result"> & { sid: string; failure?: Failure | null };

/** Why a workflow failed. */
export type Failure = { type: string; message: string };

export function formatEnd({ sid, progress, result, failure }: RecordingEnd, paint: Paint): string {
  if (result !== null) return formatResult({ sid, result }, paint);
  return [
    `${sid} has no outcome: its workflow is ${describeEnd(progress)}`,
    `  ${paint("red", "No stop is confirmed: THE RECORDING MAY GO ON, AND BE BILLED")}`,
    ...formatRow("reason", failure ? stripControls(`${failure.type}: ${failure.message}`) : undefined),
    ...formatRow("to do", "Mend the cause, then end the recording: tailslate stop --rerun with its input"),
  ].join("\n");
}

export function formatResult({ sid, result }: { sid: string; result: FinalizeResult }, paint: Paint): string {
  const { outcome, forced, problems, problemCount } = result;
  const headline = `${paint(OUTCOME_STYLES[outcome], outcome)} ${sid}${forced ? ", forced" : ""}`;
  const omitted = problemCount - problems.length;
  const warning = formatBillingWarning(result);
  return [
    paint("bold", headline),
    ...(warning === undefined ? [] : [`  ${paint("red", warning)}`]),
    ...problems.toSorted(compareSeverity).map((problem) => `  ${formatProblem(problem, paint)}`),
    ...(omitted > 0 ? [`  and ${plural(omitted, "further problem")}, all in the manifest`] : []),
    ...formatRow("to do", chooseRemedy(result)),
    ...formatManifestRows(result),
    ...formatRow("files", formatTotals(result)),
    ...formatRow("stop", formatStop(result.stop)),
    ...formatRow("backup", formatBackup(result.backup)),
    ...formatRow("checked", formatChecked(result)),
  ].join("\n");
}

/**
 * A warning when the recording may go on, because Agora did not take the stop; else `undefined`. A run that is not cancelled
 * sends no stop only where its caller, or an earlier run's stop, says that the recording has ended.
 */
export function formatBillingWarning({ outcome, stop: { status } }: FinalizeResult): string | undefined {
  if (status === "not-sent" && outcome === "cancelled")
    return "No stop was sent to Agora: A RECORDING THAT STILL RUNS GOES ON, AND IS BILLED";
  if (status === "unconfirmed") return "Agora has not confirmed the stop: THE RECORDING MAY GO ON, AND BE BILLED";
  return undefined;
}

function formatProblem({ check, severity, subject, expected, observed }: Problem, paint: Paint): string {
  const what = omitName(expected, subject);
  const facts = what === "" ? `observed ${observed}` : `expected ${what}, observed ${observed}`;
  const text = stripControls(` ${check}: ${subject}: ${facts}`);
  return paint(severity === "error" ? "red" : "yellow", severity) + text;
}

function formatChecked({ outcome, level, expectedFrom }: FinalizeResult): string | undefined {
  if (outcome === "cancelled" || outcome === "unverified") return undefined;
  return `at level ${level}, against ${EXPECTED_FROM[expectedFrom]}`;
}

function chooseRemedy(result: FinalizeResult): string | undefined {
  const { outcome } = result;
  if (outcome === "verified") return undefined;
  if (outcome !== "cancelled") return REMEDIES[outcome];
  return formatBillingWarning(result) && "If the recording still runs, end it: tailslate stop --rerun with its input";
}

function formatManifestRows({ manifest }: FinalizeResult): string[] {
  if (manifest === null) return formatRow("manifest", "none");
  const { store, key, sha256, bytes } = manifest;
  const file = `${stripControls(key)} in the store ${store}, ${formatBytes(bytes)}`;
  return [...formatRow("manifest", file), ...formatRow("SHA-256", sha256)];
}

function formatTotals({ totals, outcome }: FinalizeResult): string | undefined {
  if (totals === null) return undefined;
  const { files, bytes, durationSeconds } = totals;
  const kinds = Object.values(FILE_KINDS)
    .filter(({ total }) => totals[total] > 0)
    .map(({ total, label }) => plural(totals[total], label));
  const without = outcome === "incomplete" ? " without what is missing" : "";
  const length = durationSeconds > 0 ? [`${formatDuration(durationSeconds * 1000)} long${without}`] : [];
  return [formatNumber(files), formatBytes(bytes), ...kinds, ...length].join(", ");
}

function compareSeverity(a: Problem, b: Problem): number {
  return Number(a.severity === "warning") - Number(b.severity === "warning");
}
