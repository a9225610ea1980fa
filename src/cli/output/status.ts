/** Where a recording stands that has not ended, as a person reads it. */
import type { RecordingLook, RecordingProgress } from "../../client.ts";
import { backupText, row, stopText } from "./rows.ts";
import { inTime, type Paint, printable } from "./text.ts";

const NO_WORKER = "  No worker answers: nothing goes on until one runs. This is what Temporal itself knows:";

export function lookText(sid: string, { progress, status }: RecordingLook, paint: Paint): string {
  const { phase, waitingFor, nextLookAt, workflowStatus, answered } = progress;
  return [
    paint("bold", `${paint("cyan", phase ?? "unknown")} ${sid}${sinceText(progress)}`),
    ...(answered ? [] : [paint("red", NO_WORKER)]),
    ...row("files", filesText(progress)),
    ...waitingFor.flatMap((what, index) => row(index === 0 ? "waits for" : "", printable(what))),
    ...row("next look", nextLookAt ?? undefined),
    ...row("stop", stopText(status?.stop ?? null)),
    ...row("backup", backupText(status?.backup ?? null)),
    ...row("forced", status?.forced === true ? "yes" : undefined),
    ...row("workflow", `recording-${sid}, ${workflowStatus}`),
  ].join("\n");
}

function filesText({ present, expected }: RecordingProgress): string | undefined {
  return present === null ? undefined : `${present} of ${expected}`;
}

function sinceText({ since }: RecordingProgress): string {
  return since === null ? "" : `, since ${since} (${inTime(Math.max(0, Date.now() - Date.parse(since)))})`;
}
