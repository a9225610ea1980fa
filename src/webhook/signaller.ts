/**
 * Passes notifications on to the workflows that end their recordings: each once, and only to a workflow that is there.
 *
 * A copy that comes while the first is on its way shares its fate: Agora may hear that a notice was taken only once it was.
 */
import { type Client, WorkflowNotFoundError } from "@temporalio/client";

import { type AgoraNotification, agoraNotification } from "../contract/messages.ts";
import { workflowId } from "../contract/names.ts";

export type SignalResult = "signalled" | "duplicate" | "unclaimed" | "failed";

export type SignallerOptions = {
  client: Client;
  /** For operators: one line for each notification that Temporal did not take. */
  log: (line: string) => void;
};

/** With the time for the body below Agora's 10 s; Temporal's SDK may overdraw it by a second or two. */
const SIGNAL_LIMIT_MS = 3000;
/** Resends come within seconds. The workflow remembers the notices of its own recording for ever. */
const REMEMBERED_NOTICES = 10_000;

export function createSignaller({
  client,
  log,
}: SignallerOptions): (notification: AgoraNotification) => Promise<SignalResult> {
  /** What became of each notice that was signalled, or becomes of it now, the oldest first. */
  const known = new Map<string, Promise<SignalResult>>();

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
    const earlier = known.get(noticeId);
    if (earlier !== undefined) return (await earlier) === "signalled" ? "duplicate" : earlier;

    const current = signal(notification);
    known.set(noticeId, current);
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED_NOTICES) break;
      known.delete(oldest);
    }
    const signalled = await current;
    // A workflow may be started, and Temporal be back, by the time of the next copy.
    if (signalled !== "signalled") known.delete(noticeId);
    return signalled;
  };
}
