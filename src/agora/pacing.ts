/**
 * This process's share of an account's rate limit: every request takes a turn first.
 *
 * Turns are evenly spaced, so no second ever sees a burst, and stops go before queries: a recording that runs on costs
 * money. How many other processes share the limit is not known, so the rate adapts as TCP's does: up by a little with
 * each request that Agora handled, down by half when Agora says that it is too much. No clock is read, only timers run:
 * a clock that is set back cannot hold the queue up.
 */

export type Turn = {
  priority: "stop" | "query";
  /** Leaves the queue; the turn then rejects with the signal's reason. */
  signal: AbortSignal;
  /** How long a query waits for its turn. Default: 1 s. A stop waits as long as its signal lives. */
  patienceMs?: number;
};

export type Pacer = {
  /** Resolves when the request may be sent; with `false` when a query got no turn, at once when a stop waits. */
  turn(turn: Turn): Promise<boolean>;
  /** Agora handled a request. */
  succeeded(): void;
  /** Agora refused a request because there are too many; nothing is sent for `retryAfterMs`. */
  throttled(retryAfterMs?: number): void;
};

const QUERY_PATIENCE_MS = 1000;

/** Makes the one pacer of an account. */
export function createPacer({ requestsPerSecond }: { requestsPerSecond: number }): Pacer {
  const slowest = requestsPerSecond / 20;
  const stops = new Set<() => void>();
  const queries = new Set<() => void>();
  let rate = requestsPerSecond;
  /** Turns until the rate may be halved again: the refusals of one second are one event. */
  let settling = 0;
  /** Runs until the next turn; while it runs, everybody waits. */
  let gate: NodeJS.Timeout | undefined;

  return { turn, succeeded, throttled };

  async function turn({ priority, signal, patienceMs = QUERY_PATIENCE_MS }: Turn): Promise<boolean> {
    signal.throwIfAborted();
    if (gate === undefined) {
      takeTurn();
      return true;
    }
    if (priority === "stop") return wait(stops, { signal });
    return stops.size === 0 && wait(queries, { signal, patienceMs });
  }

  function succeeded(): void {
    rate = Math.min(requestsPerSecond, rate + requestsPerSecond / 100);
  }

  function throttled(retryAfterMs?: number): void {
    if (settling === 0) {
      settling = Math.ceil(rate);
      rate = Math.max(slowest, rate / 2);
    }
    if (retryAfterMs !== undefined) closeGate(Math.max(retryAfterMs, 1000 / rate));
  }

  function takeTurn(): void {
    settling = Math.max(0, settling - 1);
    closeGate(1000 / rate);
  }

  function closeGate(forMs: number): void {
    clearTimeout(gate);
    gate = setTimeout(openGate, forMs);
  }

  function openGate(): void {
    gate = undefined;
    const [next] = stops.size > 0 ? stops : queries;
    if (next === undefined) return;
    takeTurn();
    next();
  }
}

/** Stands in a queue until called, out of patience (`false`), or aborted. */
function wait(queue: Set<() => void>, until: { signal: AbortSignal; patienceMs?: number }): Promise<boolean> {
  const { signal, patienceMs } = until;
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  const called = () => resolve(true);
  const aborted = () => reject(signal.reason);
  const patience = patienceMs === undefined ? undefined : setTimeout(() => resolve(false), patienceMs);

  queue.add(called);
  signal.addEventListener("abort", aborted);
  return promise.finally(() => {
    queue.delete(called);
    signal.removeEventListener("abort", aborted);
    clearTimeout(patience);
  });
}
