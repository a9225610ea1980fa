/** What becomes of the workflows' telemetry: a line in the log for the beginning and the end of each recording, and counts. */
import type { InjectedSinks, Logger } from "@temporalio/worker";
import type { WorkflowInfo } from "@temporalio/workflow";

import type { TelemetrySinks } from "../workflows/telemetry.ts";
import type { Metrics } from "./metrics.ts";

export function recordingSinks(metrics: Metrics, log: Logger): InjectedSinks<TelemetrySinks> {
  return {
    telemetry: {
      started: { fn: (info) => log.info("Recording taken on", whoseOf(info)) },
      stopped: {
        fn(info, status) {
          metrics.stopped(status);
          if (status === "unconfirmed") log.warn("Stop unconfirmed: the recording may go on", whoseOf(info));
        },
      },
      ended: {
        fn(info, result) {
          metrics.ended(result);
          const { outcome, forced, stop, backup, problemCount } = result;
          const waited = backup && { backupWaitedMs: backup.waitedMs };
          log.info("Recording ended", {
            ...whoseOf(info),
            outcome,
            stop: stop.status,
            forced,
            ...waited,
            problemCount,
          });
        },
      },
    },
  };
}

function whoseOf({ workflowId, runId }: WorkflowInfo) {
  return { workflowId, runId };
}
