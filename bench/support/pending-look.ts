import type { WorkflowHandle } from "@temporalio/client";

/** The look that a waiting recording makes next: which of its attempts, and when it is due, as Temporal has it. */
export type PendingLook = { attempt: number; dueMs: number };

/** `undefined` while no look has been made, or one is being made. */
export async function pendingLook(handle: WorkflowHandle): Promise<PendingLook | undefined> {
  const { raw } = await handle.describe();
  const [pending] = raw.pendingActivities ?? [];
  const due = pending?.nextAttemptScheduleTime;
  if (!pending?.lastFailure || !due) return undefined;
  return { attempt: pending.attempt ?? 0, dueMs: Number(due.seconds) * 1000 + (due.nanos ?? 0) / 1e6 };
}
