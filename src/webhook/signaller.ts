/**
 * Signals notifications to the workflows that finalize their recordings: each once, and only to a running workflow.
 *
 * A copy that arrives during the first signal shares its result: only a notice that was delivered may be acknowledged.
 */
import { type Client, WorkflowNotFoundError } from "@temporalio/client";

import { type AgoraNotification, agoraNotification } from "../contract/messages.ts";
import { workflowId } from "../contract/names.ts";

export type SignalResult = "signalled" | "duplicate" | "unclaimed" | "failed";

export type SignallerOptions = {
  client: Client;
  /** For operators: one line for each notification that Temporal did not accept. */
  log: (line: string) => void;
};

/** Together with the body's limit below Agora's 10 s; Temporal's SDK may exceed it by a second or two. */
const SIGNAL_LIMIT_MS = 3000;
/** Resends arrive within seconds. The workflow remembers all notices of its own recording. */
const REMEMBERED_NOTICES = 10_000;

export function createSignaller({
  client,
  log,
}: SignallerOptions): (notification: AgoraNotification) => Promise<SignalResult> {
  /** The result of each notice, also of those in flight, the oldest first. */
  const results = new Map<string, Promise<SignalResult>>();

  async function signal(notification: AgoraNotification): Promise<SignalResult> {
    const handle = client.workflow.getHandle(workflowId(notification.sid));
    try {
      await client.withDeadline(Date.now() + SIGNAL_LIMIT_MS, async () =>
        handle.signal(agoraNotification, notification),
      );
      return "signalled";
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return "unclaimed";
      log(`Cannot signal "${handle.workflowId}": Temporal did not take it, and Agora is asked to send it again`);
      return "failed";
    }
  }

  return async (notification) => {
    const { noticeId } = notification;
    const earlier = results.get(noticeId);
    if (earlier !== undefined) return (await earlier) === "signalled" ? "duplicate" : earlier;

    const current = signal(notification);
    results.set(noticeId, current);
    for (const oldest of results.keys()) {
      if (results.size <= REMEMBERED_NOTICES) break;
      results.delete(oldest);
    }
    const signalled = await current;
    // Before the next copy a workflow may start, or Temporal recover.
    if (signalled !== "signalled") results.delete(noticeId);
    return signalled;
  };
}
