/**
 * The slots of one Agora account's queue. A stop occupies a slot only until it is sent: the backlog stays visible in Temporal,
 * the worker with the next permit takes from it, and a sync stop, which Agora answers after 20 s, does not block later ones.
 *
 * No stop's activity times out because our share of the limit is low: after 45 s without a permit the stop returns to Temporal
 * with a failure of its own. Then come the 30 s of a sync stop or the 6 s of a query, and 5 s for a short look at the bucket:
 * an attempt ends within 81 s, well before its `startToCloseTimeout` of two minutes.
 */
import type {
  ActivityInboundCallsInterceptor,
  ActivitySlotInfo,
  CustomSlotSupplier,
  WorkerOptions,
} from "@temporalio/worker";

import type { Agora } from "../agora/client.ts";

/**
 * How far ahead of its permits a worker fetches stops; at least one. With less, permits stay unused or go to queries when
 * Temporal delivers a task late. With more, stops wait here while another worker has free permits.
 */
export const PREFETCH_MS = 800;

export type StopSlots = {
  supplier: CustomSlotSupplier<ActivitySlotInfo>;
  /** Must intercept every activity of the queue. */
  interceptor: ActivityInboundCallsInterceptor & Required<Pick<ActivityInboundCallsInterceptor, "execute">>;
};

export function createStopSlots(agora: Agora): StopSlots {
  let reserved = 0;
  let running = 0;
  let changed = Promise.withResolvers<void>();

  // A running activity that waits for no permit has already sent its stop, or never will.
  const isFree = () => (reserved - running + agora.stopsWaiting()) * agora.periodMs() < PREFETCH_MS;
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  agora.onPermit(change);

  return {
    supplier: {
      type: "custom",
      async reserveSlot(_context, signal) {
        const gone = rejectOnAbort(signal);
        while (!isFree()) await Promise.race([changed.promise, gone]);
        reserved++;
        return {};
      },
      tryReserveSlot: () => null, // only used for eager activities of workflows on the same queue
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

/** Options for a worker with these slots and without workflows. */
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

/** Rejects with the signal's reason. Handled, because the caller may have stopped waiting. */
function rejectOnAbort(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  promise.catch(() => undefined);
  return promise;
}
