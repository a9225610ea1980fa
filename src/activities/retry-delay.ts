/** When Temporal tries an activity again. The activity names the delay, because it knows why it waits. */
import type { Info } from "@temporalio/activity";

import type { Schedule } from "../input.ts";

/**
 * The last attempt comes this long before the deadline, or half-way to it where that is less. Temporal's timers may be a
 * second late, and an attempt that the deadline finds running or due leaves no word: the SDK drops a timeout's cause.
 */
const LAST_ATTEMPT_MS = 5000;

/**
 * The interval of a growing schedule after `elapsedMs` of waiting. It is the one that a geometric series has reached by
 * then, so it grows with time and not with attempts: attempts start anew whenever a wait is taken up again.
 */
export function intervalAfter(
  elapsedMs: number,
  { initialIntervalMs, backoffCoefficient, maximumIntervalMs }: Schedule,
): number {
  return Math.min(maximumIntervalMs, initialIntervalMs + Math.max(0, elapsedMs) * (backoffCoefficient - 1));
}

/** The time, by Temporal's clock where this machine's is behind it: what is waited for was dated by Temporal's. */
export function nowMs({
  currentAttemptScheduledTimestampMs: dueMs,
}: Pick<Info, "currentAttemptScheduledTimestampMs">): number {
  return Math.max(Date.now(), dueMs);
}

/**
 * Shortens a delay so that one more attempt falls just before the activity's deadline. After that last attempt the delay
 * goes beyond the deadline, and Temporal ends the activity at once, with the failure of this attempt.
 */
export function beforeDeadline(
  delayMs: number,
  info: Pick<Info, "scheduledTimestampMs" | "currentAttemptScheduledTimestampMs" | "scheduleToCloseTimeoutMs">,
): number {
  const limitMs = info.scheduleToCloseTimeoutMs;
  if (!limitMs) return delayMs;
  const leftMs = info.scheduledTimestampMs + limitMs - nowMs(info);
  const lastAttemptMs = leftMs - Math.min(LAST_ATTEMPT_MS, limitMs / 2);
  if (lastAttemptMs <= 0) return leftMs + LAST_ATTEMPT_MS;
  return Math.min(delayMs, lastAttemptMs);
}
