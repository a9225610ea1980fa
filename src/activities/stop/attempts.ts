/** What one attempt at a stop tells the next, through Temporal's heartbeat details. */
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
  /** When the first attempt after that was due, by Temporal's clock: workers' clocks jump, and attempts change workers. */
  missingSinceMs: number | null;
};

/**
 * During a failover Agora answers 404 although the session lives; within 90 s it is back, or over.
 * https://docs.agora.io/en/cloud-recording/best-practices/integration-best-practices
 */
const FAILOVER_MS = 90_000;

const NOTHING: StopAttempts = {
  attempt: 0,
  host: 0,
  hostTried: false,
  answerLost: false,
  missing: false,
  missingSinceMs: null,
};

/** What the attempts before this one knew. */
export function loadPrevious(): StopAttempts {
  const { attempt, heartbeatDetails, currentAttemptScheduledTimestampMs: dueMs } = activityInfo();
  const last = isMemory(heartbeatDetails) ? heartbeatDetails : NOTHING;
  // An attempt that left nothing died with its worker, perhaps with an answer on its way.
  const died = last.attempt !== attempt - 1;
  const missingSinceMs = last.missing ? (last.missingSinceMs ?? dueMs) : null;
  return { ...last, attempt, answerLost: last.answerLost || died, missingSinceMs };
}

/** What an attempt leaves while it has no answer: what it found, by which the next sees that it left nothing of its own. */
export function previousDetails(): unknown {
  return activityInfo().heartbeatDetails;
}

/** Adds what this attempt's answer teaches, and leaves it for the next attempt. */
export function saveForNext(memory: StopAttempts, { verdict }: StopReply): StopAttempts {
  const next = { ...memory };
  if (verdict.kind === "missing") next.missing = true;
  if (verdict.kind === "unclear") {
    next.answerLost ||= verdict.reached;
    // Agora's rule for its domains: the same host once more, then the next. A host that was not reached is left at once.
    const leave = memory.hostTried || !verdict.reached;
    next.host = leave ? memory.host + 1 : memory.host;
    next.hostTried = !leave;
  }
  heartbeat(next);
  return next;
}

/** Whether Agora has said 404 for longer than a failover lasts. */
export function isMissingForGood({ missingSinceMs }: StopAttempts): boolean {
  return missingSinceMs !== null && activityInfo().currentAttemptScheduledTimestampMs - missingSinceMs >= FAILOVER_MS;
}

function isMemory(details: unknown): details is StopAttempts {
  return typeof details === "object" && details !== null && "answerLost" in details;
}
