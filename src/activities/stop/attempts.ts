/** What one attempt at a stop leaves to the next, in Temporal's heartbeat details. */
import { activityInfo, heartbeat } from "@temporalio/activity";

import type { StopReply } from "../../agora/client.ts";

export type StopAttempts = {
  /** The attempt that wrote this. */
  attempt: number;
  /** Counts through the account's base URLs. */
  host: number;
  /** Whether the host was already asked once without a clear answer. */
  hostTried: boolean;
  /** An earlier stop may have taken effect, though no answer came. */
  answerLost: boolean;
  /** Whether Agora has said 404. */
  missing: boolean;
  /** When the first attempt after that was due, by Temporal's clock: workers' clocks differ and jump. */
  missingSinceMs: number | null;
};

/**
 * During a failover Agora answers 404 although the session lives; within 90 s it is back, or over.
 * https://docs.agora.io/en/cloud-recording/best-practices/integration-best-practices
 */
const FAILOVER_MS = 90_000;

const FIRST_ATTEMPT: StopAttempts = {
  attempt: 0,
  host: 0,
  hostTried: false,
  answerLost: false,
  missing: false,
  missingSinceMs: null,
};

/** What the attempts before this one left. */
export function loadPrevious(): StopAttempts {
  const { attempt, heartbeatDetails, currentAttemptScheduledTimestampMs: dueMs } = activityInfo();
  const last = isStopAttempts(heartbeatDetails) ? heartbeatDetails : FIRST_ATTEMPT;
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
    next.host = isLeft ? previous.host + 1 : previous.host;
    next.hostTried = !isLeft;
  }
  heartbeat(next);
  return next;
}

/** Whether Agora has said 404 for longer than a failover lasts. */
export function isMissingForGood({ missingSinceMs }: StopAttempts): boolean {
  return missingSinceMs !== null && activityInfo().currentAttemptScheduledTimestampMs - missingSinceMs >= FAILOVER_MS;
}

function isStopAttempts(details: unknown): details is StopAttempts {
  return typeof details === "object" && details !== null && "answerLost" in details;
}
