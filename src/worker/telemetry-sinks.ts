/** Turns the workflows' telemetry into metrics, and into a log line for the start and the end of each recording. */
import type { InjectedSinks, Logger } from "@temporalio/worker";
import type { WorkflowInfo } from "@temporalio/workflow";

import type { TelemetrySinks } from "../workflows/telemetry.ts";
import type { Metrics } from "./metrics.ts";

export function createTelemetrySinks(metrics: Metrics, log: Logger): InjectedSinks<TelemetrySinks> {
  return {
    telemetry: {
      started: { fn: (info) => log.info("Recording taken on", workflowIds(info)) },
      stopped: {
        fn(info, status) {
          metrics.stopped(status);
          if (status === "unconfirmed") log.warn("Stop unconfirmed: the recording may go on", workflowIds(info));
        },
      },
      ended: {
        fn(info, result) {
          metrics.ended(result);
          const { outcome, forced, stop, backup, problemCount } = result;
          const waited = backup && { backupWaitedMs: backup.waitedMs };
          log.info("Recording ended", {
            ...workflowIds(info),
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

function workflowIds({ workflowId, runId }: WorkflowInfo) {
  return { workflowId, runId };
}
