/** The steps `scheduled` and `stopping`: wait until the stop is due, then get it through to Agora. */
import { CancellationScope, condition, proxyActivities, sleep, workflowInfo } from "@temporalio/workflow";

import type { AgoraActivities, StopRequest } from "../../activities/index.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import { isDeadline, ownFailure, readFailureDetails } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { agoraTaskQueue } from "../../contract/names.ts";
import type { Interruptible } from "../interrupt.ts";
import { POLICIES } from "../policies.ts";
import { type FinalizationState, isCancelled } from "./state.ts";
import { setPhase } from "./status.ts";

/** Waits for `stop.at`, or until a force-stop or a notification that the session has ended. */
export async function waitUntilDue(state: FinalizationState, { stop }: ResolvedInput): Promise<void> {
  const { inbox, clock, steps } = state;
  const waitMs = stop.at === undefined ? 0 : Date.parse(stop.at) - Date.now();
  if (waitMs <= 0 || isCancelled(state) || inbox.sessionEnded) return;

  if (!clock.isForced) {
    setPhase(state, "scheduled");
    await steps.run(() => sleep(waitMs, { summary: "Stop is due" }));
  }
  // Forced while scheduled means: stop now. There was no wait for files yet that it could have meant to end.
  clock.clearForceStop();
}

/** Stops the recording and reports what became of it. Throws our failure when Agora refuses the request as such. */
export async function executeStop(state: FinalizationState, input: ResolvedInput): Promise<StopEvidence> {
  const { inbox, clock } = state;
  setPhase(state, "stopping");
  const skipFailoverGrace = inbox.sessionEnded || clock.isForced;
  const limitMs = input.timeoutsMs.stop;
  const first = await withForceStopDeadline(state, () =>
    callStop(input, { skipFailoverGrace, mayBeRepeat: false, limitMs }),
  );
  if (!first.interrupted) return first.value;

  const leftMs = clock.forceStopLeftMs;
  if (isCancelled(state) || leftMs === null || leftMs <= 0) return unansweredStop("unconfirmed");
  const second = await withForceStopDeadline(state, () =>
    callStop(input, { skipFailoverGrace: true, mayBeRepeat: true, limitMs: leftMs }),
  );
  return second.interrupted ? unansweredStop("unconfirmed") : second.value;
}

/** The report of a stop that Agora did not answer, or that was never sent. */
export function unansweredStop(status: "unconfirmed" | "not-sent", attempts = 0): StopEvidence {
  const sessionEnded = status === "not-sent";
  const at = new Date().toISOString();
  return { status, at, attempts, uploadingStatus: null, named: [], namedBy: "stop", sessionEnded };
}

type StopCall = Omit<StopRequest, "input"> & { limitMs: number };

async function callStop(
  input: ResolvedInput,
  { skipFailoverGrace, mayBeRepeat, limitMs }: StopCall,
): Promise<StopEvidence> {
  const { stopRecording } = proxyActivities<AgoraActivities>({
    ...POLICIES.stopRecording,
    taskQueue: agoraTaskQueue(workflowInfo().taskQueue, input.recording.account),
    scheduleToCloseTimeout: limitMs,
    summary: skipFailoverGrace ? "Stop the recording now" : "Stop the recording",
  });
  try {
    return await stopRecording({ input, skipFailoverGrace, mayBeRepeat });
  } catch (error) {
    if (!isDeadline(error)) throw error;
    if (ownFailure(error)?.type === "CredentialsRejected") throw error;
    return unansweredStop("unconfirmed", readFailureDetails("stop", error)?.attempts);
  }
}

/** Runs a stop. Gives up 30 s after a force-stop even if the activity has not returned. */
async function withForceStopDeadline(
  { clock, steps }: FinalizationState,
  call: () => Promise<StopEvidence>,
): Promise<Interruptible<StopEvidence>> {
  // W2: Temporal's cancellation must not end this scope before the call in flight has been recorded.
  const scope = await CancellationScope.nonCancellable(async () => new CancellationScope());
  const deadline = scope.run(async (): Promise<Interruptible<StopEvidence>> => {
    await condition(() => clock.isForced);
    await sleep(Math.max(1, clock.forceStopLeftMs ?? 0), { summary: "Forced stop gives up" });
    return { interrupted: true };
  });
  deadline.catch(() => undefined); // cancelled, because the stop ended first
  try {
    return await Promise.race([steps.run(call), deadline]);
  } finally {
    scope.cancel();
  }
}
