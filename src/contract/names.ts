/** The names by which both sides of Temporal find each other. */
export const WORKFLOW_TYPE = "finalizeRecording";
export type ActivityName = "validateInput" | "stopRecording" | "awaitUpload" | "awaitBackup" | "publishManifest";
export const DEFAULT_TASK_QUEUE = "tailslate";

/** One recording is one workflow: a second start of the same sid meets the first. */
export function workflowId(sid: string): string {
  return `recording-${sid}`;
}

/** Agora's rate limit is per account, so each account has a queue of its own. */
export function agoraTaskQueue(taskQueue: string, account: string): string {
  return `${taskQueue}-agora-${account}`;
}
