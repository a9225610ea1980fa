/**
 * Live progress: what the workflow knows (its query) joined with what the running look found (its pending activity).
 * Costs the workflow nothing: neither leaves a trace in its history.
 */
import type { Client, WorkflowExecutionDescription } from "@temporalio/client";

import { type Outcome, type Phase, type Progress, status, type Status } from "./contract.ts";
import { ownFailure, progressIn } from "./failures.ts";

export type RecordingProgress = {
  phase: Phase;
  /** When the phase began. ISO 8601, UTC. */
  since: string;
  /** Files there, of those expected; `null` while no look has told. */
  present: number | null;
  expected: number | null;
  /** For people: what is missed most, or what the phase waits for. */
  waitingFor: string[];
  /** When Temporal tries next. ISO 8601, or `null` while an attempt runs. */
  nextLookAt: string | null;
  outcome: Outcome | null;
};

const LOOK_EVERY_MS = 500;

/** Yields whenever something changed, and ends when the workflow has closed. */
export async function* progress(client: Client, workflowId: string): AsyncIterable<RecordingProgress> {
  const handle = client.workflow.getHandle(workflowId);
  let last = "";
  for (;;) {
    const description = await handle.describe();
    const known = await handle.query(status).catch(() => undefined);
    if (known) {
      const seen = join(known, pendingLook(client, description));
      const text = JSON.stringify(seen);
      if (text !== last) yield seen;
      last = text;
    }
    if (description.status.name !== "RUNNING") return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

type PendingLook = { progress: Progress | undefined; says: string | undefined; nextLookAt: string | null };

function join({ phase, since, waitingFor, outcome }: Status, look: PendingLook | undefined): RecordingProgress {
  const { progress: counts, says, nextLookAt = null } = look ?? {};
  const missing = counts?.waitingFor ?? (says === undefined ? [] : [says]);
  return {
    phase,
    since,
    present: counts?.looked === true ? counts.present : null,
    expected: counts?.looked === true ? counts.expected : null,
    waitingFor: missing.length > 0 ? missing : [waitingFor],
    nextLookAt,
    outcome,
  };
}

/** What the pending activity's last attempt said, if there is one. */
function pendingLook(client: Client, { raw }: WorkflowExecutionDescription): PendingLook | undefined {
  const [pending] = raw.pendingActivities ?? [];
  if (!pending?.lastFailure) return undefined;
  const { failureConverter, payloadConverter } = client.options.loadedDataConverter;
  const failed = ownFailure(failureConverter.failureToError(pending.lastFailure, payloadConverter));
  const at = pending.nextAttemptScheduleTime?.seconds;
  return {
    progress: progressIn(failed),
    says: failed?.message,
    nextLookAt: at === undefined || at === null ? null : new Date(Number(at) * 1000).toISOString(),
  };
}
