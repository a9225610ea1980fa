/** Where a recording stands that has not ended, as a person reads it. */
import type { RecordingLook, RecordingProgress } from "../../client.ts";
import { formatBackup, formatRow, formatStop } from "./detail-rows.ts";
import { formatDuration, type Paint, stripControls } from "./terminal-text.ts";

const NO_WORKER = "  No worker answers: nothing goes on until one runs. This is what Temporal itself knows:";

export function formatStatus(sid: string, { progress, status }: RecordingLook, paint: Paint): string {
  const { phase, waitingFor, nextLookAt, workflowStatus, answered } = progress;
  return [
    paint("bold", `${paint("cyan", phase ?? "unknown")} ${sid}${formatSince(progress)}`),
    ...(answered ? [] : [paint("red", NO_WORKER)]),
    ...formatRow("files", formatFiles(progress)),
    ...waitingFor.flatMap((what, index) => formatRow(index === 0 ? "waits for" : "", stripControls(what))),
    ...formatRow("next look", nextLookAt ?? undefined),
    ...formatRow("stop", formatStop(status?.stop ?? null)),
    ...formatRow("backup", formatBackup(status?.backup ?? null)),
    ...formatRow("forced", status?.forced === true ? "yes" : undefined),
    ...formatRow("workflow", `recording-${sid}, ${workflowStatus}`),
  ].join("\n");
}

function formatFiles({ present, expected }: RecordingProgress): string | undefined {
  return present === null ? undefined : `${present} of ${expected}`;
}

function formatSince({ since }: RecordingProgress): string {
  return since === null ? "" : `, since ${since} (${formatDuration(Math.max(0, Date.now() - Date.parse(since)))})`;
}
