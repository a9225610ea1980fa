/**
 * What the worker's log and metrics hear of a story as it happens. These are sinks: they leave nothing in a history, and
 * a replay is silent. A workflow task that fails is done again, and then told again.
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
