/**
 * This process's part of an account's rate limit: every request takes a turn first, stops before queries, because a
 * recording that runs on costs money.
 *
 * Turns are places in a timetable: a little below the limit, evenly spaced, so that no second holds a burst, wherever it
 * begins. Processes that share the account take its places in rotation, by the clock; each has to know only how many there
 * are and which it is. What others leave, our customer's backend for one, is learnt from refusals, and makes turns rarer.
 *
 * Rarer turns are stretched, not left out: a second that may begin anywhere holds the fewest of ours when they lie evenly.
 * How far each process has stretched no other knows, so it then keeps its own time, and returns to its place in the
 * rotation after a rest. The clock chooses the place and nothing else: one that is wrong costs refusals, and never holds
 * the queue up.
 */
import { createAdaptiveLimit } from "./adaptive-limit.ts";

export type PermitRequest = {
  priority: "stop" | "query";
  /** Leaves the queue; the turn then rejects with the signal's reason. */
  signal: AbortSignal;
  /** How long to wait for the turn. Default: 45 s for a stop, 1 s for a query. */
  patienceMs?: number;
};

/** `rank` counts from 0 and is different in each of the `workers`. */
export type Share = { rank: number; workers: number };

export type RateLimiter = {
  /** Resolves when the request may be sent; with `false` when it got no turn, for a query at once when a stop waits. */
  requestPermit(turn: PermitRequest): Promise<boolean>;
  /** Agora refused a request because there are too many; nothing is sent for `retryAfterMs`. */
  onThrottled(retryAfterMs?: number): void;
  /** Which part of its places this process uses now, from 0 to 1. */
  usedShare(): number;
  /** Who else sends for this account. Until told otherwise: nobody. */
  setShare(share: Share): void;
  /** How many stops wait for a turn. */
  stopsWaiting(): number;
  /** How far apart this process's turns are now, in ms. */
  periodMs(): number;
  /** Calls `listener` whenever one fewer waits. */
  onPermit(listener: () => void): void;
};

const PATIENCE_MS = { stop: 45_000, query: 1000 };

/**
 * Ten places take 31 ms more than a second, and 64 ms where processes share them, whose timers and ways through the network
 * differ.
 */
const HEADROOM = { alone: 0.97, shared: 0.94 };

/** A place that has just gone by is still ours, for this part of the way to the next. */
const GRACE = 0.1;

/** A timer that is late by so much delays no later turn. Catching up more than the headroom has would crowd a second. */
const LATE_MS = 20;

/** Makes the one pacer of an account. */
export function createRateLimiter({ requestsPerSecond }: { requestsPerSecond: number }): RateLimiter {
  const queues = { stop: new Set<() => void>(), query: new Set<() => void>() };
  const allowance = createAdaptiveLimit();
  let { rank, workers }: Share = { rank: 0, workers: 1 };
  /** When the last turn was due, or not long before it came. */
  let lastMs = -Infinity;
  /** Runs until the next turn; while it runs, everybody waits. */
  let gate: NodeJS.Timeout | undefined;
  let turned: (() => void) | undefined;

  return {
    async requestPermit({ priority, signal, patienceMs = PATIENCE_MS[priority] }) {
      signal.throwIfAborted();
      if (priority === "query" && queues.stop.size > 0) return false;
      const granted = waitInQueue(queues[priority], { signal, patienceMs });
      if (gate === undefined) closeGate(untilPlace());
      return granted.finally(() => turned?.());
    },
    onThrottled(retryAfterMs = 0) {
      allowance.onThrottled();
      if (retryAfterMs > 0) closeGate(retryAfterMs);
    },
    usedShare: () => allowance.share(),
    setShare: (share) => void ({ rank, workers } = share),
    stopsWaiting: () => queues.stop.size,
    periodMs,
    onPermit: (listener) => void (turned = listener),
  };

  function openGate(dueMs: number): void {
    gate = undefined;
    const [next] = queues.stop.size > 0 ? queues.stop : queues.query;
    if (next === undefined) return;
    lastMs = Math.max(dueMs, performance.now() - LATE_MS);
    allowance.onPermit();
    next();
    closeGate(allowance.share() === 1 ? untilPlace() : untilPeriodEnds());
  }

  function closeGate(forMs: number): void {
    clearTimeout(gate);
    const dueMs = performance.now() + forMs;
    if (forMs <= 0) return openGate(dueMs);
    gate = setTimeout(openGate, forMs, dueMs);
    gate.unref(); // whoever waits has a timer of their own
  }

  function periodMs(): number {
    const headroom = workers === 1 ? HEADROOM.alone : HEADROOM.shared;
    return (workers * 1000) / (requestsPerSecond * headroom) / allowance.share();
  }

  /** Milliseconds until a period has passed since the last turn. */
  function untilPeriodEnds(): number {
    return Math.max(0, lastMs + periodMs() - performance.now());
  }

  /** Milliseconds to the first of our places after that. Alone, every place is ours. */
  function untilPlace(): number {
    const waitMs = untilPeriodEnds();
    if (workers === 1) return waitMs;
    const periods = (Date.now() + waitMs) / periodMs() - rank / workers;
    return waitMs + (Math.ceil(periods - GRACE) - periods) * periodMs();
  }
}

/** Stands in a queue until called, out of patience (`false`), or aborted. */
function waitInQueue(queue: Set<() => void>, until: { signal: AbortSignal; patienceMs: number }): Promise<boolean> {
  const { signal, patienceMs } = until;
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const called = () => {
    queue.delete(called);
    resolve(true);
  };
  const aborted = () => reject(signal.reason);
  const patience = setTimeout(() => resolve(false), patienceMs);

  queue.add(called);
  signal.addEventListener("abort", aborted);
  return promise.finally(() => {
    queue.delete(called);
    signal.removeEventListener("abort", aborted);
    clearTimeout(patience);
  });
}
