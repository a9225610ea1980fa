/**
 * The slots of one Agora account's queue: a stop takes one only until it is sent. So the backlog stays in Temporal, where it
 * can be seen, and where the worker whose turn comes next takes from it; and a sync stop, which Agora answers after 20 s,
 * keeps none that follow from being fetched.
 *
 * However low our part of the limit falls, no stop's activity times out over it: after 45 s without a turn the stop goes
 * back to Temporal with a failure that says so. With a sync stop's 30 s behind the turn, or a query's 6 s, and a glance at
 * the bucket of 5 s, an attempt ends within 81 s, well before its `startToCloseTimeout` of two minutes.
 */
import type {
  ActivityInboundCallsInterceptor,
  ActivitySlotInfo,
  CustomSlotSupplier,
  WorkerOptions,
} from "@temporalio/worker";

import type { Agora } from "../agora/client.ts";

/**
 * A worker holds the stops of its turns in so many milliseconds, and at least one. Fewer would leave turns unused, or to
 * queries, when Temporal hands out a task late; more would wait here while another worker has turns to spare.
 */
export const PREFETCH_MS = 800;

export type StopSlots = {
  supplier: CustomSlotSupplier<ActivitySlotInfo>;
  /** Has to see every activity of the queue. */
  interceptor: ActivityInboundCallsInterceptor & Required<Pick<ActivityInboundCallsInterceptor, "execute">>;
};

export function createStopSlots(agora: Agora): StopSlots {
  let reserved = 0;
  let running = 0;
  let changed = Promise.withResolvers<void>();

  // What runs and waits for no turn has been sent, or never will be.
  const isFree = () => (reserved - running + agora.stopsWaiting()) * agora.periodMs() < PREFETCH_MS;
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  agora.onTurn(change);

  return {
    supplier: {
      type: "custom",
      async reserveSlot(_context, signal) {
        const gone = rejectOnAbort(signal);
        while (!isFree()) await Promise.race([changed.promise, gone]);
        reserved++;
        return {};
      },
      tryReserveSlot: () => null, // is for workflows on the same queue
      markSlotUsed: () => undefined,
      releaseSlot() {
        reserved--;
        change();
      },
    },
    interceptor: {
      async execute(input, next) {
        running++;
        try {
          return await next(input);
        } finally {
          running--;
        }
      },
    },
  };
}

/** The options of a worker that has these slots, and activities alone. */
export function withStopSlots({ supplier, interceptor }: StopSlots): Pick<WorkerOptions, "tuner" | "interceptors"> {
  const unused = { type: "fixed-size", numSlots: 1 } as const;
  return {
    tuner: {
      activityTaskSlotSupplier: supplier,
      workflowTaskSlotSupplier: unused,
      localActivityTaskSlotSupplier: unused,
      nexusTaskSlotSupplier: unused,
    },
    interceptors: { activity: [() => ({ inbound: interceptor })] },
  };
}

/** Rejects with the signal's reason; no matter where nobody waits for it any more. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  promise.catch(() => undefined);
  return promise;
}
