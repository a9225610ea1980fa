/**
 * The share of an Agora account's rate limit that belongs to this process: its rank among the workers that poll the account's
 * queue. Workers do not communicate; Temporal lists the pollers. A stale or missing list only costs refused requests.
 */
import { setTimeout as delay } from "node:timers/promises";

import { type PolledQueue, listPollers } from "../process/task-queue-pollers.ts";
import type { Share } from "../agora/rate-limit/rate-limiter.ts";

export type ShareOptions = PolledQueue & {
  /** Of this process's workers. */
  identity: string;
  /** Ends the watch. */
  signal: AbortSignal;
};

const INTERVAL_MS = 10_000;

/** Passes this process's rank to `setShare` at once, and then in every interval until the signal. */
export async function watchShare(options: ShareOptions, setShare: (share: Share) => void): Promise<void> {
  const { signal } = options;
  while (!signal.aborted) {
    await listPollers(options).then(
      (others) => setShare(findRank(options.identity, others)),
      () => undefined, // the last known rank stays valid
    );
    await delay(INTERVAL_MS, undefined, { signal }).catch(() => undefined);
  }
}

function findRank(identity: string, others: string[]): Share {
  const all = [...new Set([...others, identity])].toSorted();
  return { rank: all.indexOf(identity), workers: all.length };
}
