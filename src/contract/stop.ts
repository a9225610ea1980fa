/** The results of the stop and of the backup wait, as callers see them. */
import type { UploadingStatus } from "../agora/answers.ts";

export type StopMethod = "async" | "sync" | "none";

export const STOP_STATUSES = ["accepted", "already-ended", "nothing-recorded", "unconfirmed", "not-sent"] as const;

export type StopStatus = (typeof STOP_STATUSES)[number];

export type StopReport = {
  status: StopStatus;
  /** When this was known. ISO 8601, UTC. */
  at: string;
  /** Calls to Agora's `stop` that are known to have been sent. */
  attempts: number;
  uploadingStatus: UploadingStatus | null;
};

/** The part of what is known of a stop that callers see. */
export function toStopReport({ status, at, attempts, uploadingStatus }: StopReport): StopReport {
  return { status, at, attempts, uploadingStatus };
}

export type BackupReport = { detectedBy: "stop" | "notification" | "inferred"; waitedMs: number };

/**
 * Whether Agora holds files that it delivers later. `stranded` files wait on the recording server or in the backup cloud;
 * Agora's pages differ. AgoraIO/Docs-Source, cloud-recording/rest-api/stop.mdx
 */
export function isHeldByAgora(status: UploadingStatus | null): boolean {
  return status === "backuped" || status === "backuping" || status === "stranded";
}
