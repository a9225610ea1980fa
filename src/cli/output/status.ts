/** The status of a recording as text: where a running one is, and how one that has ended did. */
import type { RecordingLook, RecordingProgress } from "../../client.ts";
import { workflowId } from "../../contract/names.ts";
import { formatDuration } from "../../lib/quantities.ts";
import { formatBackup, formatRow, formatStop } from "./detail-rows.ts";
import { hasEnded } from "./end.ts";
import { formatEnd, type RecordingEnd } from "./result.ts";
import { type Paint, stripControls } from "./terminal-text.ts";

const NO_WORKER = "  No worker answers: nothing goes on until one runs. This is what Temporal itself knows:";

type RecordingState = RecordingLook & RecordingEnd;

export function formatStatus(state: RecordingState, paint: Paint): string {
  return hasEnded(state.progress) ? formatEnd(state, paint) : formatRunning(state, paint);
}

function formatRunning({ sid, progress, status }: RecordingState, paint: Paint): string {
  const { phase, waitingFor, nextLookAt, workflowStatus, answered } = progress;
  return [
    paint("bold", `${paint("cyan", phase ?? "unknown")} ${sid}${formatSince(progress)}`),
    ...(answered ? [] : [paint("red", NO_WORKER)]),
    ...formatRow("files", formatFiles(progress)),
    ...waitingFor.flatMap((each, index) => formatRow(index === 0 ? "waits for" : "", stripControls(each))),
    ...formatRow("store", formatStoreFailure(progress)),
    ...formatRow("next look", nextLookAt ?? undefined),
    ...formatRow("stop", formatStop(status?.stop ?? null)),
    // While the store does not answer, what Agora has delivered is not known.
    ...formatRow("backup", progress.storeFailure ? undefined : formatBackup(status?.backup ?? null)),
    ...formatRow("forced", status?.forced === true ? "yes" : undefined),
    ...formatRow("workflow", `${workflowId(sid)}, ${workflowStatus}`),
  ].join("\n");
}

function formatFiles({ present, expected, storeFailure }: RecordingProgress): string | undefined {
  if (present === null) return undefined;
  return `${present} of ${expected}${storeFailure ? ", when the store last answered" : ""}`;
}

function formatStoreFailure({ storeFailure }: RecordingProgress): string | undefined {
  if (storeFailure === null) return undefined;
  const { message, since } = storeFailure;
  return stripControls(since === null ? message : `${message}, since ${since} or earlier`);
}

function formatSince({ since }: RecordingProgress): string {
  return since === null ? "" : `, since ${since} (${formatDuration(Date.now() - Date.parse(since))})`;
}
