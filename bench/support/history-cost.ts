/** What a finished workflow has cost: its history, and the actions that Temporal Cloud would bill. */
import type { WorkflowHandle } from "@temporalio/client";

export type HistoryCost = { events: number; bytes: number; actions: number; attempts: number };

/** What Temporal Cloud bills whenever it is in a history. */
const ACTIONS = [
  "workflowExecutionStartedEventAttributes",
  "timerStartedEventAttributes",
  "workflowExecutionSignaledEventAttributes",
  "workflowExecutionUpdateAcceptedEventAttributes",
  "upsertWorkflowSearchAttributesEventAttributes",
  "markerRecordedEventAttributes",
] as const;

/**
 * Counts an action for each start, timer, signal, update, upsert and local activity, and one for each attempt of an
 * activity. Heartbeats are not in a history and not counted: short attempts that succeed send none.
 * https://docs.temporal.io/cloud/actions
 */
export async function historyCost(handle: WorkflowHandle): Promise<HistoryCost> {
  const [{ events }, { raw }] = await Promise.all([handle.fetchHistory(), handle.describe()]);
  let actions = 0;
  let attempts = 0;
  for (const event of events ?? []) {
    const { attempt } = event.activityTaskStartedEventAttributes ?? {};
    attempts = Math.max(attempts, attempt ?? 0);
    actions += (attempt ?? 0) + (ACTIONS.some((attributes) => event[attributes]) ? 1 : 0);
  }
  const bytes = Number(raw.workflowExecutionInfo?.historySizeBytes ?? 0);
  return { events: events?.length ?? 0, bytes, actions, attempts };
}
