/** What one attempt at a stop leaves to the next, in Temporal's heartbeat details. */
import { activityInfo, heartbeat } from "@temporalio/activity";

import type { StopReply } from "../../agora/client.ts";
import { readDetails, type StopAttempts } from "../../contract/details.ts";

/**
 * During a failover Agora answers 404 although the session lives; within 90 s it is back, or over.
 * https://docs.agora.io/en/cloud-recording/best-practices/integration-best-practices
 */
const FAILOVER_MS = 90_000;

const FIRST_ATTEMPT: StopAttempts = {
  kind: "stop-attempts",
  attempt: 0,
  hostIndex: 0,
  hostTried: false,
  answerLost: false,
  missing: false,
  missingSinceMs: null,
};

/** What the attempts before this one left. */
export function loadPrevious(): StopAttempts {
  const { attempt, heartbeatDetails, currentAttemptScheduledTimestampMs: dueMs } = activityInfo();
  const last = readDetails("stop-attempts", heartbeatDetails) ?? FIRST_ATTEMPT;
  // An attempt that left nothing died with its worker, perhaps while an answer was on its way.
  const died = last.attempt !== attempt - 1;
  const missingSinceMs = last.missing ? (last.missingSinceMs ?? dueMs) : null;
  return { ...last, attempt, answerLost: last.answerLost || died, missingSinceMs };
}

/**
 * Heartbeat details before an answer: the previous attempt's, unchanged, so that the next attempt can tell that this one
 * wrote none.
 */
export function previousDetails(): unknown {
  return activityInfo().heartbeatDetails;
}

/** Adds this attempt's answer, and leaves the sum to the next attempt. */
export function saveForNext(previous: StopAttempts, { verdict }: StopReply): StopAttempts {
  const next = { ...previous };
  if (verdict.kind === "missing") next.missing = true;
  if (verdict.kind === "unclear") {
    next.answerLost ||= verdict.reached;
    // Agora's rule for its domains: the same host once more, then the next. A host that cannot be reached is left at once.
    const isLeft = previous.hostTried || !verdict.reached;
    next.hostIndex = isLeft ? previous.hostIndex + 1 : previous.hostIndex;
    next.hostTried = !isLeft;
  }
  heartbeat(next);
  return next;
}

/** Whether Agora has said 404 for longer than a failover lasts. */
export function isMissingForGood({ missingSinceMs }: StopAttempts): boolean {
  return missingSinceMs !== null && activityInfo().currentAttemptScheduledTimestampMs - missingSinceMs >= FAILOVER_MS;
}
