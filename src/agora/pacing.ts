/**
 * This process's part of an account's rate limit: every request takes a turn first, stops before queries, because a
 * recording that runs on costs money.
 *
 * Turns are places in a timetable: a little below the limit, evenly spaced, so that no second holds a burst, wherever it
 * begins. Processes that share the account take its places in rotation, by the clock; each has to know only how many there
 * are and which it is. What others use, our customer's backend for one, cannot be known and is learnt as TCP learns it:
 * each refusal gives up a part of our places at once, and each request that was handled wins a little of them back.
 *
 * The clock only chooses the place within one rotation: one that is wrong costs refusals, and never holds the queue up.
 */

export type Turn = {
  priority: "stop" | "query";
  /** Leaves the queue; the turn then rejects with the signal's reason. */
  signal: AbortSignal;
  /** How long to wait for the turn. Default: 45 s for a stop, 1 s for a query. */
  patienceMs?: number;
};

/** `rank` counts from 0 and is different in each of the `workers`. */
export type Share = { rank: number; workers: number };

export type Pacer = {
  /** Resolves when the request may be sent; with `false` when it got no turn, for a query at once when a stop waits. */
  turn(turn: Turn): Promise<boolean>;
  /** Agora handled a request. */
  succeeded(): void;
  /** Agora refused a request because there are too many; nothing is sent for `retryAfterMs`. */
  throttled(retryAfterMs?: number): void;
  /** Which part of its places this process uses now, from 0 to 1. */
  used(): number;
  /** Who else sends for this account. Until told otherwise: nobody. */
  share(share: Share): void;
};

const PATIENCE_MS = { stop: 45_000, query: 1000 };

/** Ten places take 64 ms more than a second: that much may their ways through the network differ. */
const HEADROOM = 0.94;

/**
 * Tuned with `bench/burst.ts`: a larger step down idles beside a foreign client, a larger one up is refused too often.
 * Alone we hear every refusal; among several each hears its part of them, and takes each for more.
 */
const DECREASE = { alone: 0.85, shared: 0.78 };
const INCREASE = 0.002;
const LEAST = 1 / 20;

/** Makes the one pacer of an account. */
export function createPacer({ requestsPerSecond }: { requestsPerSecond: number }): Pacer {
  const placeMs = 1000 / (requestsPerSecond * HEADROOM);
  const queues = { stop: new Set<() => void>(), query: new Set<() => void>() };
  let { rank, workers }: Share = { rank: 0, workers: 1 };
  /** When the timetable begins. Alone we begin whenever there is something to send. */
  let beginMs = 0;
  /** Which part of our places we use. */
  let used = 1;
  /** What the places that we let pass add up to: at 1 the next one is ours to use. */
  let credit = 0;
  /** Runs until the next turn; while it runs, everybody waits. */
  let gate: NodeJS.Timeout | undefined;

  return {
    async turn({ priority, signal, patienceMs = PATIENCE_MS[priority] }) {
      signal.throwIfAborted();
      if (priority === "query" && queues.stop.size > 0) return false;
      const granted = wait(queues[priority], { signal, patienceMs });
      if (gate === undefined) closeGate(untilOurPlace());
      return granted;
    },
    succeeded() {
      used = Math.min(1, used + INCREASE);
    },
    throttled(retryAfterMs = 0) {
      used = Math.max(LEAST, used * (workers === 1 ? DECREASE.alone : DECREASE.shared));
      if (retryAfterMs > 0) closeGate(retryAfterMs);
    },
    used: () => used,
    share(share) {
      if (share.rank === rank && share.workers === workers) return;
      ({ rank, workers } = share);
      beginMs = rank * placeMs;
    },
  };

  function openGate(): void {
    gate = undefined;
    const [next] = queues.stop.size > 0 ? queues.stop : queues.query;
    if (next === undefined) return;
    next();
    const places = Math.ceil((1 - credit) / used);
    credit += places * used - 1;
    closeGate(untilOurPlace(places));
  }

  function closeGate(forMs: number): void {
    clearTimeout(gate);
    if (forMs <= 0) return openGate();
    gate = setTimeout(openGate, forMs);
    gate.unref(); // whoever waits has a timer of their own
  }

  /** Milliseconds to our next place, or to a later one than that which we are at. A timer that was late delays no other. */
  function untilOurPlace(later = 0): number {
    if (later === 0 && workers === 1) beginMs = Date.now();
    const rotationMs = workers * placeMs;
    const rotations = (Date.now() - beginMs) / rotationMs;
    const place = later === 0 ? Math.ceil(rotations) : Math.round(rotations) + later;
    return (place - rotations) * rotationMs;
  }
}

/** Stands in a queue until called, out of patience (`false`), or aborted. */
function wait(queue: Set<() => void>, until: { signal: AbortSignal; patienceMs: number }): Promise<boolean> {
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
