/**
 * Which of how many worker processes this one is, on the queue of one Agora account. The workers do not talk to each other:
 * Temporal knows who polls a queue. An answer that is old or missing costs refused requests for a while, and nothing else.
 */
import { setTimeout as delay } from "node:timers/promises";

import { type PolledQueue, listPollers } from "../process/task-queue-pollers.ts";
import type { Share } from "../agora/rate-limit/rate-limiter.ts";

export type ShareOptions = PolledQueue & {
  /** This process's own. */
  identity: string;
  /** Ends the watch. */
  signal: AbortSignal;
};

const INTERVAL_MS = 10_000;

/** Tells `share` of this process's place among those that poll the queue, again and again, until the signal. */
export async function watchShare(options: ShareOptions, share: (share: Share) => void): Promise<void> {
  const { signal } = options;
  while (!signal.aborted) {
    await listPollers(options).then(
      (others) => share(findRank(options.identity, others)),
      () => undefined, // what was last known holds
    );
    await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

function findRank(identity: string, others: string[]): Share {
  const all = [...new Set([...others, identity])].toSorted();
  return { rank: all.indexOf(identity), workers: all.length };
}
