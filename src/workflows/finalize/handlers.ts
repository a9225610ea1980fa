/** The handlers of the signals, updates and the query. W1: they record and interrupt. */
import { CancellationScope, condition, setHandler } from "@temporalio/workflow";

import {
  agoraNotification,
  awaitStopped,
  cancel,
  forceStop,
  type Reason,
  requestForceStop,
  status,
  type Status,
} from "../../contract/messages.ts";
import { readNotification, readReason } from "../../contract/read-messages.ts";
import { type StopReport, toStopReport } from "../../contract/stop.ts";
import { applyNotification } from "./notifications.ts";
import type { FinalizationState } from "./state.ts";
import { buildStatus } from "./status.ts";
import { isForcedBeside } from "./stop.ts";

export function registerHandlers(state: FinalizationState): void {
  setHandler(status, () => buildStatus(state), {
    description: "Where the recording stands, as far as the workflow knows",
  });
  setHandler(cancel, (body: unknown) => onCancel(state, readReason(body)), {
    description: "Give up. Before the stop was sent the recording goes on, and is billed",
  });
  setHandler(forceStop, (body: unknown) => onForceStop(state, readReason(body)), {
    description: "Stop now, or end the wait now and verify the files that are there",
  });
  setHandler(agoraNotification, (body: unknown) => onNotification(state, body), {
    description: "A notification of Agora's about this recording",
  });
  setHandler(requestForceStop, (body: Reason | undefined) => onRequestForceStop(state, readReason(body)), {
    description: "forceStop with an answer: the status",
    validator: (_body: Reason | undefined) => assertForceable(state),
  });
  setHandler(awaitStopped, () => onAwaitStopped(state), {
    description: "Resolves as soon as the fate of the stop is known",
  });
}

function onCancel({ inbox, log, steps }: FinalizationState, reason: string | undefined): void {
  if (log.outcome !== null) return;
  if (!inbox.cancelled) log.add({ kind: "cancel-requested", source: "operator", detail: reason });
  inbox.recordCancel();
  steps.interrupt();
}

function onForceStop(state: FinalizationState, reason: string | undefined): void {
  const { inbox, log, clock, steps } = state;
  if (!isForceable(state)) return;
  log.add({ kind: "force-stop-requested", source: "operator", detail: reason });
  inbox.recordForceStop();
  if (clock.startForceStop() && !isForcedBeside(state)) steps.interrupt();
}

function onNotification(state: FinalizationState, body: unknown): void {
  const notification = readNotification(body);
  if (notification !== undefined) return applyNotification(state, notification);
  // One entry for all: their number is in the status.
  if (state.inbox.recordUnreadable() === 1) state.log.add({ kind: "notification-unreadable", source: "notification" });
}

function onRequestForceStop(state: FinalizationState, reason: string | undefined): Status {
  onForceStop(state, reason);
  return buildStatus(state);
}

function assertForceable(state: FinalizationState): void {
  if (isForceable(state)) return;
  throw new Error(`Cannot force the stop: the recording is ${state.inbox.cancelled ? "given up" : state.clock.phase}`);
}

/** W3: after a cancel nothing can be forced. */
function isForceable({ inbox, clock: { phase } }: FinalizationState): boolean {
  return !inbox.cancelled && phase !== "verifying" && phase !== "done";
}

/** Waits even while the workflow is being cancelled. W2: the call in flight is recorded, and its caller gets the answer. */
async function onAwaitStopped({ log }: FinalizationState): Promise<StopReport> {
  await CancellationScope.nonCancellable(() => condition(() => log.stop !== null || log.failure !== null));
  if (log.stop === null) throw log.failure?.error;
  return toStopReport(log.stop);
}
