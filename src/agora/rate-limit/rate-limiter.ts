/**
 * This process's part of an account's rate limit. Every request needs a permit; stops come before queries, because a
 * recording that runs on costs money, and forced stops come first.
 *
 * Permits are given out in slots, evenly spaced a little below the limit, so that no window of a second holds a burst.
 * Processes that share the account rotate through its slots by the clock; each knows only how many processes there are and
 * its own rank. What other clients use, a customer's backend for one, is learnt from 429s and makes our slots rarer.
 *
 * Rarer slots are stretched, not skipped: then a window of a second, wherever it begins, holds the fewest of ours. A process
 * does not know how far the others stretch, so it then keeps its own time, and returns to the rotation after a rest or
 * once its share is whole again. The clock only chooses the slot: a wrong one costs 429s and never blocks the queue.
 */
import { createAdaptiveLimit } from "./adaptive-limit.ts";

export type PermitRequest = {
  priority: "forced-stop" | "stop" | "query";
  /** Leaves the queue; the request then rejects with the signal's reason. */
  signal: AbortSignal;
  /** How long to wait for a permit. Default: 45 s for a stop, 1 s for a query. */
  patienceMs?: number;
};

/** `rank` counts from 0 and differs in each of the `workers`. */
export type Share = { rank: number; workers: number };

export type RateLimiter = {
  /** Resolves when the request may be sent; with `false` when it got no permit, for a query at once while a stop waits. */
  requestPermit(request: PermitRequest): Promise<boolean>;
  /** Agora answered 429; no permit is given out for `retryAfterMs`. */
  onThrottled(retryAfterMs?: number): void;
  /** Which share of its slots this process uses now, from 0 to 1. */
  usedShare(): number;
  /** Sets which other processes use this account. Until then: none. */
  setShare(share: Share): void;
  /** How many stops wait for a permit. */
  stopsWaiting(): number;
  /** The time between two of this process's slots now, in ms. */
  periodMs(): number;
  /** Calls `listener` whenever a request has left the queue. */
  onPermit(listener: () => void): void;
};

const PATIENCE_MS = { "forced-stop": 45_000, stop: 45_000, query: 1000 };

/** Ten slots take 31 ms more than a second, or 64 ms where processes share them: their timers and networks differ. */
const HEADROOM = { alone: 0.97, shared: 0.94 };

/** A slot missed by less than this fraction of the period is still used. */
const GRACE = 0.1;

/** A timer that is late by at most this delays no later slot. Catching up more than the headroom would crowd a second. */
const LATE_MS = 20;

/** Makes the one rate limiter of an account. */
export function createRateLimiter({ requestsPerSecond }: { requestsPerSecond: number }): RateLimiter {
  const queues = { "forced-stop": new Set<() => void>(), stop: new Set<() => void>(), query: new Set<() => void>() };
  const adaptive = createAdaptiveLimit();
  let { rank, workers }: Share = { rank: 0, workers: 1 };
  /** When the last used slot was due, or a little before the timer fired. */
  let lastMs = -Infinity;
  /** Runs until the next slot; no permit is given out meanwhile. */
  let nextSlot: NodeJS.Timeout | undefined;
  let onLeave: (() => void) | undefined;

  return {
    async requestPermit({ priority, signal, patienceMs = PATIENCE_MS[priority] }) {
      signal.throwIfAborted();
      if (priority === "query" && stopsWaiting() > 0) return false;
      const granted = waitInQueue(queues[priority], { signal, patienceMs });
      if (nextSlot === undefined) scheduleSlot(msToSlot());
      return granted.finally(() => onLeave?.());
    },
    onThrottled(retryAfterMs = 0) {
      adaptive.onThrottled();
      if (retryAfterMs > 0) scheduleSlot(retryAfterMs);
    },
    usedShare: () => adaptive.share(),
    setShare: (share) => void ({ rank, workers } = share),
    stopsWaiting,
    periodMs,
    onPermit: (listener) => void (onLeave = listener),
  };

  function stopsWaiting(): number {
    return queues["forced-stop"].size + queues.stop.size;
  }

  function useSlot(dueMs: number): void {
    nextSlot = undefined;
    const [grant] = Object.values(queues).find(({ size }) => size > 0) ?? [];
    if (grant === undefined) return;
    lastMs = Math.max(dueMs, performance.now() - LATE_MS);
    adaptive.onPermit();
    grant();
    scheduleSlot(adaptive.share() === 1 ? msToSlot() : msToPeriodEnd());
  }

  function scheduleSlot(inMs: number): void {
    clearTimeout(nextSlot);
    const dueMs = performance.now() + inMs;
    if (inMs <= 0) return useSlot(dueMs);
    nextSlot = setTimeout(useSlot, inMs, dueMs);
    nextSlot.unref(); // each request in the queue has a timer of its own
  }

  function periodMs(): number {
    const headroom = workers === 1 ? HEADROOM.alone : HEADROOM.shared;
    return (workers * 1000) / (requestsPerSecond * headroom) / adaptive.share();
  }

  /** Milliseconds until a period has passed since the last used slot. */
  function msToPeriodEnd(): number {
    return Math.max(0, lastMs + periodMs() - performance.now());
  }

  /** Milliseconds to the first of our slots after that. Alone, every slot is ours. */
  function msToSlot(): number {
    const waitMs = msToPeriodEnd();
    if (workers === 1) return waitMs;
    const periods = (Date.now() + waitMs) / periodMs() - rank / workers;
    return waitMs + (Math.ceil(periods - GRACE) - periods) * periodMs();
  }
}

/** Waits until granted (`true`), out of patience (`false`), or aborted. */
function waitInQueue(queue: Set<() => void>, until: { signal: AbortSignal; patienceMs: number }): Promise<boolean> {
  const { signal, patienceMs } = until;
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const grant = () => {
    queue.delete(grant);
    resolve(true);
  };
  const abort = () => reject(signal.reason);
  const patience = setTimeout(() => resolve(false), patienceMs);

  queue.add(grant);
  signal.addEventListener("abort", abort);
  return promise.finally(() => {
    queue.delete(grant);
    signal.removeEventListener("abort", abort);
    clearTimeout(patience);
  });
}
