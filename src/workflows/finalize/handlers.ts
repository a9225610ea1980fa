/** The handlers of the signals, updates and the query. */
import { CancellationScope, condition, setHandler } from "@temporalio/workflow";

import {
  agoraNotification,
  awaitStopped,
  cancel,
  forceStop,
  type Reason,
  requestForceStop,
  status,
} from "../../contract/messages.ts";
import type { StopReport } from "../../contract/stop.ts";
import { notificationHandler } from "./notifications.ts";
import { statusOf, stopReport } from "./phase.ts";
import { remember, type FinalizationState } from "./state.ts";

/** Registers every handler of the workflow. Handlers write down and interrupt; the steps decide. */
export function registerHandlers(story: FinalizationState): void {
  setHandler(status, () => statusOf(story), {
    description: "Where the recording stands, as far as the workflow knows",
  });
  setHandler(cancel, (reason) => giveUp(story, reason?.reason), {
    description: "Give up. Before the stop was sent the recording goes on, and is billed",
  });
  setHandler(forceStop, (reason) => hurry(story, reason?.reason), {
    description: "Stop now, or end the wait now and verify the files that are there",
  });
  setHandler(agoraNotification, notificationHandler(story), {
    description: "A notification of Agora's about this recording",
  });
  setHandler(requestForceStop, (reason) => force(story, reason?.reason), {
    description: "forceStop with an answer: the status",
    validator: (_reason: Reason | undefined) => refuseForce(story),
  });
  setHandler(awaitStopped, () => stopKnown(story), {
    description: "Resolves as soon as the fate of the stop is known",
  });
}

function giveUp(story: FinalizationState, reason: string | undefined): void {
  if (story.outcome !== null) return;
  if (!story.cancelled) remember(story, "operator", withReason("Gave up", reason));
  story.cancelled = true;
  story.interrupt();
}

function hurry(story: FinalizationState, reason: string | undefined): void {
  if (!canHurry(story)) return;
  remember(story, "operator", withReason("Forced the stop", reason));
  story.forced = true;
  if (story.hurriedAtMs !== null) return; // a stop that is retried already keeps its 30 s
  story.hurriedAtMs = Date.now();
  story.interrupt();
}

function force(story: FinalizationState, reason: string | undefined) {
  hurry(story, reason);
  return statusOf(story);
}

function refuseForce(story: FinalizationState): void {
  if (!canHurry(story))
    throw new Error(`Cannot force the stop: the recording is ${story.cancelled ? "given up" : story.phase}`);
}

function canHurry({ phase, cancelled }: FinalizationState): boolean {
  return !cancelled && phase !== "verifying" && phase !== "done";
}

/** Waits for the stop even while the workflow is being cancelled: the call in flight is recorded, and its caller told. */
async function stopKnown(story: FinalizationState): Promise<StopReport> {
  await CancellationScope.nonCancellable(() => condition(() => story.stop !== null || story.failed !== null));
  if (story.stop === null) throw story.failed?.with;
  return stopReport(story.stop);
}

function withReason(what: string, reason: string | undefined): string {
  return reason === undefined ? what : `${what}: ${reason}`;
}
