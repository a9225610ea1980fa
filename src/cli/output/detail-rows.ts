/** The lines below a headline: a name and what there is to say, the same for a recording that runs and one that has ended. */
import type { BackupReport, StopReport } from "../../contract/stop.ts";
import { plural } from "../../lib/quantities.ts";
import { formatDuration } from "./terminal-text.ts";

const NAME_COLUMNS = 10;

const DETECTED_BY = {
  stop: "of which the stop's answer told",
  notification: "of which a notification told",
  inferred: "since the upload's time had run out",
};

/** No line where there is nothing to say. */
export function formatRow(name: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`  ${name.padEnd(NAME_COLUMNS)}${text}`];
}

export function formatStop(stop: StopReport | null): string | undefined {
  if (stop === null) return undefined;
  const { status, at, attempts, uploadingStatus } = stop;
  const said = uploadingStatus === null ? "" : `, Agora said ${uploadingStatus}`;
  return `${status} at ${at} after ${plural(attempts, "attempt")}${said}`;
}

export function formatBackup(backup: BackupReport | null): string | undefined {
  return backup === null
    ? undefined
    : `waited ${formatDuration(backup.waitedMs)} for Agora's backup cloud, ${DETECTED_BY[backup.detectedBy]}`;
}
