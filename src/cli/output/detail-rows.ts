/** The rows below a headline, each a name and a text: of a recording that runs and of one that has ended. */
import type { BackupReport, StopReport } from "../../contract/stop.ts";
import { formatDuration, plural } from "../../lib/quantities.ts";

const NAME_COLUMNS = 10;

const DETECTED_BY: Record<BackupReport["detectedBy"], string> = {
  stop: "as the stop's answer said",
  notification: "as a notification said",
  inferred: "since the upload's time had run out",
};

/** No row without a text. */
export function formatRow(name: string, text: string | undefined): string[] {
  return text === undefined ? [] : [`  ${name.padEnd(NAME_COLUMNS)}${text}`];
}

export function formatStop(stop: StopReport | null): string | undefined {
  if (stop === null) return undefined;
  const { status, at, attempts, uploadingStatus } = stop;
  const upload = uploadingStatus === null ? "" : `, Agora said ${uploadingStatus}`;
  return `${status} at ${at} after ${plural(attempts, "attempt")}${upload}`;
}

export function formatBackup(backup: BackupReport | null): string | undefined {
  if (backup === null) return undefined;
  return `waited ${formatDuration(backup.waitedMs)} for Agora's backup cloud, ${DETECTED_BY[backup.detectedBy]}`;
}
