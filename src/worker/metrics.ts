/**
 * Our metrics, beside those of Temporal's SDK and in the same exporter, which appends `_total` and the unit to the names.
 * docs/operations.md lists the names as Prometheus shows them.
 *
 * A label is one of our words or a name from the configuration: never a sid, a channel or a key.
 */
import type { MetricCounter, MetricMeter } from "@temporalio/common";

import type { AgoraClientEvent } from "../agora/client.ts";
import type { StoreEvent } from "../bucket/bucket.ts";
import { type FinalizeResult, OUTCOMES } from "../contract/result.ts";
import { STOP_STATUSES, type StopStatus } from "../contract/stop.ts";

export type Metrics = {
  stopped(status: StopStatus): void;
  ended(result: FinalizeResult): void;
  /** The observer of one account. */
  agora(account: string): (event: AgoraClientEvent) => void;
  /** The observer of one store. */
  store(store: string): (event: StoreEvent) => void;
};

/** In seconds. Limits: 45 s for a permit, ten days for the backup cloud. */
export const HISTOGRAM_BUCKETS = {
  tailslate_backup_wait: [10, 60, 300, 900, 3600, 10_800, 21_600, 43_200, 86_400, 259_200, 864_000],
  tailslate_agora_turn_wait: [0.01, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45],
};

export function createMetrics(meter: MetricMeter): Metrics {
  return { ...recordingMetrics(meter), agora: agoraMetrics(meter), store: storeMetrics(meter) };
}

function recordingMetrics(meter: MetricMeter): Pick<Metrics, "stopped" | "ended"> {
  const recordings = meter.createCounter("tailslate_recordings", "", "Recordings that ended, by outcome");
  const stops = meter.createCounter("tailslate_stops", "", "Stops whose fate is known, by status");
  const backupWait = meter.createHistogram(
    "tailslate_backup_wait",
    "float",
    "seconds",
    "How long recordings waited for Agora's backup cloud",
  );
  const verifiedBytes = meter.createCounter("tailslate_verified_bytes", "", "Size of the recordings found verified");
  // Start each series at 0: an alert sees no increase in a series that starts with its first event.
  for (const outcome of OUTCOMES) recordings.add(0, { outcome });
  for (const status of STOP_STATUSES) stops.add(0, { status });
  return {
    stopped: (status) => stops.add(1, { status }),
    ended({ outcome, level, backup, totals }) {
      recordings.add(1, { outcome });
      if (backup) backupWait.record(backup.waitedMs / 1000, { detected_by: backup.detectedBy });
      if (outcome === "verified") verifiedBytes.add(totals?.bytes ?? 0, { level });
    },
  };
}

function agoraMetrics(meter: MetricMeter): Metrics["agora"] {
  const requests = meter.createCounter("tailslate_agora_requests", "", "Requests to Agora, by verdict on the answer");
  const permitWait = meter.createHistogram(
    "tailslate_agora_turn_wait",
    "float",
    "seconds",
    "How long requests to Agora waited for their turn under the rate limit",
  );
  const shareUsed = meter.createGauge(
    "tailslate_agora_share_used_ratio",
    "float",
    "",
    "Part of this worker's share of Agora's rate limit that it uses, lower after refusals",
  );
  return (account) => {
    shareUsed.set(1, { account });
    initializeRefusals(requests, account);
    return (event) => {
      const { endpoint } = event;
      if (event.kind === "permit") {
        permitWait.record(event.waitedMs / 1000, { account, endpoint, granted: event.granted });
      } else {
        requests.add(1, { account, endpoint, verdict: event.verdict });
        shareUsed.set(event.shareUsed, { account });
      }
    };
  };
}

/** Starts the series of the verdicts that alerts watch. */
function initializeRefusals(requests: MetricCounter, account: string): void {
  for (const verdict of ["credentials", "throttled"]) requests.add(0, { account, endpoint: "stop", verdict });
}

function storeMetrics(meter: MetricMeter): Metrics["store"] {
  const requests = meter.createCounter("tailslate_store_requests", "", "Requests to a store, by operation and result");
  return (store) => (event) => requests.add(1, { store, ...event });
}
