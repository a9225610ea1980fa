/** The names by which both sides of Temporal find each other. */
export const WORKFLOW_TYPE = "finalizeRecording";
export type ActivityName = "validateInput" | "stopRecording" | "awaitUpload" | "awaitBackup" | "publishManifest";
export const DEFAULT_TASK_QUEUE = "tailslate";

const WORKFLOW_ID_PREFIX = "recording-";

/** One recording is one workflow: a second start of the same sid attaches to the first. */
export function workflowId(sid: string): string {
  return `${WORKFLOW_ID_PREFIX}${sid}`;
}

/** The sid in the id of a recording's workflow; `undefined` for any other id. */
export function sidOfWorkflow(id: string): string | undefined {
  return id.startsWith(WORKFLOW_ID_PREFIX) ? id.slice(WORKFLOW_ID_PREFIX.length) || undefined : undefined;
}

/** Agora's rate limit is per account, so each account has a queue of its own. */
export function agoraTaskQueue(taskQueue: string, account: string): string {
  return `${taskQueue}-agora-${account}`;
}

/** Forced stops wait behind no others: not every server knows priorities, so they have a queue beside the account's. */
export function forcedStopTaskQueue(taskQueue: string, account: string): string {
  return `${agoraTaskQueue(taskQueue, account)}-first`;
}
