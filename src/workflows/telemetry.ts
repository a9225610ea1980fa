/**
 * Events for the worker's log and metrics. These are sinks: they leave nothing in the history. Not called on replay; called
 * again when a workflow task is retried.
 */
import { proxySinks } from "@temporalio/workflow";

import type { FinalizeResult } from "../contract/result.ts";
import type { StopStatus } from "../contract/stop.ts";

export type TelemetrySinks = {
  telemetry: {
    started(): void;
    stopped(status: StopStatus): void;
    ended(result: FinalizeResult): void;
  };
};

export const { telemetry } = proxySinks<TelemetrySinks>();
