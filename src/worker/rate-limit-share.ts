/**
 * Which of how many worker processes this one is, on the queue of one Agora account. The workers do not talk to each other:
 * Temporal knows who polls a queue. An answer that is old or missing costs refused requests for a while, and nothing else.
 */
import { setTimeout as delay } from "node:timers/promises";

import type { Share } from "../agora/rate-limit/rate-limiter.ts";

/** The part of a connection that knows who polls a queue. */
type PollersConnection = {
  workflowService: {
    describeTaskQueue(request: {
      namespace: string;
      taskQueue: { name: string };
      taskQueueType: number;
    }): Promise<{ pollers?: Poller[] | null }>;
  };
};
type Poller = { identity?: string | null; lastAccessTime?: { seconds?: { toNumber(): number } | null } | null };

export type PolledQueue = { connection: PollersConnection; namespace: string; taskQueue: string };

export type ShareOptions = PolledQueue & {
  /** This process's own. */
  identity: string;
  /** Ends the watch. */
  signal: AbortSignal;
};

/** `TASK_QUEUE_TYPE_ACTIVITY` in Temporal's API. */
const ACTIVITY = 2;

const EVERY_MS = 10_000;

/** A poll lasts a minute; Temporal names a poller for five, though it may have gone. */
const GONE_AFTER_MS = 75_000;

/** Tells `share` of this process's place among those that poll the queue, again and again, until the signal. */
export async function followShare(options: ShareOptions, share: (share: Share) => void): Promise<void> {
  const { signal } = options;
  while (!signal.aborted) {
    await pollersOf(options).then(
      (others) => share(rankOf(options.identity, others)),
      () => undefined, // what was last known holds
    );
    await delay(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** The identities of those that poll the queue for activities, as far as Temporal knows. Throws what it answers. */
export async function pollersOf({ connection, namespace, taskQueue }: PolledQueue): Promise<string[]> {
  const request = { namespace, taskQueue: { name: taskQueue }, taskQueueType: ACTIVITY };
  const { pollers } = await connection.workflowService.describeTaskQueue(request);
  return (pollers ?? []).flatMap(({ identity, lastAccessTime }) => {
    const seenMs = (lastAccessTime?.seconds?.toNumber() ?? 0) * 1000;
    return identity && Date.now() - seenMs < GONE_AFTER_MS ? [identity] : [];
  });
}

function rankOf(identity: string, others: string[]): Share {
  const all = [...new Set([...others, identity])].toSorted();
  return { rank: all.indexOf(identity), workers: all.length };
}
