/** The steps `scheduled` and `stopping`: wait until the stop is due, then get it through to Agora. */
import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  proxyActivities,
  sleep,
  workflowInfo,
} from "@temporalio/workflow";

import type { AgoraActivities } from "../../activities/index.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import { agoraTaskQueue } from "../../contract/names.ts";
import { isDeadline, ownFailure } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { enter } from "./phase.ts";
import { isGivenUp, type FinalizationState } from "./state.ts";
import { interruptible, type Step } from "../interrupt.ts";

/** How long a stop may still take once somebody forced it. */
const HURRY_MS = 30_000;

/** Waits for `stop.at`. A force-stop, or Agora's word that the session has ended, comes first. */
export async function untilDue(story: FinalizationState, { stop }: ResolvedInput): Promise<void> {
  const waitMs = stop.at === undefined ? 0 : Date.parse(stop.at) - Date.now();
  if (waitMs <= 0 || isGivenUp(story) || story.sessionExited) return;

  if (story.hurriedAtMs === null) {
    enter(story, "scheduled");
    await interruptible(story, () => sleep(waitMs, { summary: "Stop is due" }));
  }
  // Forced while scheduled means: stop now. There was no wait for files yet that it could have meant to end.
  story.hurriedAtMs = null;
}

/** Stops the recording and reports what became of it. Throws our failure when Agora refuses the request as such. */
export async function stopping(story: FinalizationState, input: ResolvedInput): Promise<StopEvidence> {
  enter(story, "stopping");
  const first = await untilHurried(story, () =>
    callStop(input, {
      hurried: story.sessionExited || story.hurriedAtMs !== null,
      repeated: false,
      limitMs: input.timeoutsMs.stop,
    }),
  );
  if (!first.cut) return first.value;
  if (isGivenUp(story) || story.hurriedAtMs === null) return withoutAnswer("unconfirmed");

  const limitMs = story.hurriedAtMs + HURRY_MS - Date.now();
  if (limitMs <= 0) return withoutAnswer("unconfirmed");
  const second = await untilHurried(story, () => callStop(input, { hurried: true, repeated: true, limitMs }));
  return second.cut ? withoutAnswer("unconfirmed") : second.value;
}

/** The report of a stop that Agora did not answer, or was never sent. */
export function withoutAnswer(status: "unconfirmed" | "not-sent", attempts = 0): StopEvidence {
  const sessionOver = status === "not-sent";
  return {
    status,
    at: new Date().toISOString(),
    attempts,
    uploadingStatus: null,
    named: [],
    namedBy: "stop",
    sessionOver,
  };
}

type Call = {
  /** No grace for a 404. */
  hurried: boolean;
  /** An earlier call may have reached Agora. */
  repeated: boolean;
  limitMs: number;
};

async function callStop(input: ResolvedInput, { hurried, repeated, limitMs }: Call): Promise<StopEvidence> {
  const { stopRecording } = proxyActivities<AgoraActivities>({
    taskQueue: agoraTaskQueue(workflowInfo().taskQueue, input.recording.account),
    startToCloseTimeout: "2m",
    heartbeatTimeout: "30s",
    scheduleToCloseTimeout: limitMs,
    retry: { initialInterval: "1s", maximumInterval: "15s" },
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: hurried ? "Stop the recording now" : "Stop the recording",
  });
  try {
    return await stopRecording({ input, hurried, repeated });
  } catch (error) {
    if (!isDeadline(error)) throw error;
    const last = ownFailure(error);
    if (last?.type === "CredentialsRejected") throw error;
    return withoutAnswer("unconfirmed", attemptsOf(last?.details?.[0]));
  }
}

/** Runs a stop; 30 s after somebody forced it, it counts as cut even when its call has not come back. */
async function untilHurried(story: FinalizationState, call: () => Promise<StopEvidence>): Promise<Step<StopEvidence>> {
  // Temporal's cancellation must not end this watch before the call in flight has been recorded.
  const watch = await CancellationScope.nonCancellable(async () => new CancellationScope());
  const tooLate = watch.run(async (): Promise<Step<StopEvidence>> => {
    await condition(() => story.hurriedAtMs !== null);
    await sleep(Math.max(1, (story.hurriedAtMs ?? 0) + HURRY_MS - Date.now()), { summary: "Forced stop gives up" });
    return { cut: true };
  });
  tooLate.catch(() => undefined); // cancelled, because the stop ended first
  try {
    return await Promise.race([interruptible(story, call), tooLate]);
  } finally {
    watch.cancel();
  }
}

function attemptsOf(details: unknown): number {
  return typeof details === "object" &&
    details !== null &&
    "attempts" in details &&
    typeof details.attempts === "number"
    ? details.attempts
    : 0;
}
