/** The steps `scheduled` and `stopping`: wait until the stop is due, then get it through to Agora. */
import { CancellationScope, condition, patched, proxyActivities, sleep, workflowInfo } from "@temporalio/workflow";

import type { AgoraActivities, StopRequest } from "../../activities/index.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import { isDeadline, ownFailure, readFailureDetails } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { agoraTaskQueue, forcedStopTaskQueue } from "../../contract/names.ts";
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
  setPhase(state, "stopping");
  const first = await withForceStopDeadline(state, () => callUntilAnswered(state, input));
  if (!first.interrupted) return first.value;

  // Runs that were forced before `BESIDE`: the first call was cancelled, so a second one follows it.
  const { clock } = state;
  const leftMs = clock.forceStopLeftMs;
  if (isCancelled(state) || leftMs === null || leftMs <= 0) return unansweredStop("unconfirmed");
  const second = await withForceStopDeadline(state, () =>
    callStop(state, { input, skipFailoverGrace: true, mayBeRepeat: true, limitMs: leftMs }),
  );
  return second.interrupted ? unansweredStop("unconfirmed") : second.value;
}

/** The report of a stop that Agora did not answer, or that was never sent. */
export function unansweredStop(status: "unconfirmed" | "not-sent", attempts = 0): StopEvidence {
  const sessionEnded = status === "not-sent";
  const at = new Date().toISOString();
  return { status, at, attempts, uploadingStatus: null, named: [], namedBy: "stop", sessionEnded };
}

/** A force-stop does not cancel the stop that waits for its turn: it sends another one beside it. */
const BESIDE = "forced-stop-beside";

/** Whether a force-stop leaves the call that runs alone. */
export function isForcedBeside({ clock: { isForced, phase } }: FinalizationState): boolean {
  return isForced && phase === "stopping" && patched(BESIDE);
}

/**
 * Calls the stop, and once forced a second time beside it, ahead of every other stop. The first answer counts, and where
 * there is none the last call to end.
 */
async function callUntilAnswered(state: FinalizationState, input: ResolvedInput): Promise<StopEvidence> {
  const { inbox, clock } = state;
  const { promise: answer, resolve, reject } = Promise.withResolvers<StopEvidence>();
  const scopes = new Set<CancellationScope>();
  const start = (call: Pick<StopCall, "skipFailoverGrace" | "mayBeRepeat">) => {
    const scope = new CancellationScope();
    scopes.add(scope);
    const stopping = scope.run(() => callStop(state, { input, limitMs: input.timeoutsMs.stop, ...call }));
    stopping
      .finally(() => scopes.delete(scope))
      .then(
        (stop) => (scopes.size === 0 || stop.status !== "unconfirmed" ? resolve(stop) : undefined),
        // W2: the other call may have its answer on the way.
        (error: unknown) => (scopes.size === 0 || !isCancelled(state) ? reject(error) : undefined),
      );
  };

  const wasForced = clock.isForced;
  start({ skipFailoverGrace: inbox.sessionEnded || wasForced, mayBeRepeat: false });
  const startBeside = async () => {
    await condition(() => clock.isForced);
    if (scopes.size > 0 && isForcedBeside(state)) start({ skipFailoverGrace: true, mayBeRepeat: true });
  };
  if (!wasForced) startBeside().catch(() => undefined); // cancelled: no second call
  const stop = await answer;
  for (const scope of scopes) scope.cancel();
  return stop;
}

type StopCall = StopRequest & { limitMs: number };

async function callStop(state: FinalizationState, { limitMs, ...request }: StopCall): Promise<StopEvidence> {
  const { input, skipFailoverGrace } = request;
  const isForced = state.inbox.forced;
  const queueOf = isForced ? forcedStopTaskQueue : agoraTaskQueue;
  const { stopRecording } = proxyActivities<AgoraActivities>({
    ...POLICIES.stopRecording,
    taskQueue: queueOf(workflowInfo().taskQueue, input.recording.account),
    scheduleToCloseTimeout: limitMs,
    summary: skipFailoverGrace ? "Stop the recording now" : "Stop the recording",
  });
  try {
    return await stopRecording(isForced ? { ...request, isForced } : request);
  } catch (error) {
    if (!isDeadline(error)) throw error;
    // A forced stop looks at the files whatever Agora says.
    if (ownFailure(error)?.type === "CredentialsRejected" && !isForcedBeside(state)) throw error;
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
