/** When Temporal tries an activity again. The activity names the delay, because it knows why it waits. */
import type { Info } from "@temporalio/activity";

import type { Schedule } from "../contract/input.ts";

/**
 * The last attempt comes this long before the deadline, or half-way to it where that is less. Temporal's timers may be a
 * second late, and an attempt that the deadline finds running or due leaves no word: the SDK drops a timeout's cause.
 */
const LAST_ATTEMPT_RESERVE_MS = 5000;

/** Intervals below what Temporal's timers keep mean little. */
const MIN_DELAY_MS = 1000;

/**
 * The interval of a growing schedule after `elapsedMs` of waiting. It is the one that a geometric series has reached by
 * then, so it grows with time and not with attempts: attempts start anew whenever a wait is taken up again.
 */
export function intervalAt(
  elapsedMs: number,
  { initialIntervalMs, backoffCoefficient, maximumIntervalMs }: Schedule,
): number {
  return Math.min(maximumIntervalMs, initialIntervalMs + Math.max(0, elapsedMs) * (backoffCoefficient - 1));
}

/**
 * Temporal's time during this attempt, which begins now. Workers' clocks jump, and what an activity waits for was dated by
 * Temporal's. It is behind by as long as the attempt has waited for a worker, so it ends nothing too early.
 */
export function temporalClock({
  currentAttemptScheduledTimestampMs: dueMs,
}: Pick<Info, "currentAttemptScheduledTimestampMs">): Clock {
  const beganMs = performance.now();
  return () => dueMs + performance.now() - beganMs;
}

/** Gives the time in milliseconds, as `Date.now` does. */
export type Clock = () => number;

/**
 * Shortens a delay so that one more attempt falls just before the activity's deadline. After that last attempt the delay
 * goes beyond the deadline, and Temporal ends the activity at once, with the failure of this attempt.
 *
 * That it was the last attempt, Temporal's clock alone can say. This machine's may be ahead, or it may know that the attempt
 * waited long for a worker: where it sees less time left, the next attempt comes in half of Temporal's, and brings its time.
 */
export function delayBeforeDeadline(
  delayMs: number,
  { info, clock }: { info: Pick<Info, "scheduledTimestampMs" | "scheduleToCloseTimeoutMs">; clock: Clock },
): number {
  const limitMs = info.scheduleToCloseTimeoutMs;
  if (!limitMs) return delayMs;
  const deadlineMs = info.scheduledTimestampMs + limitMs;
  const leftMs = deadlineMs - clock();
  const reserveMs = Math.min(LAST_ATTEMPT_RESERVE_MS, limitMs / 2);
  const lastAttemptMs = leftMs - reserveMs;
  if (lastAttemptMs <= 0) return leftMs + LAST_ATTEMPT_RESERVE_MS;
  const byThisMachineMs = deadlineMs - Date.now() - reserveMs;
  return Math.min(delayMs, lastAttemptMs, Math.max(byThisMachineMs, lastAttemptMs / 2, MIN_DELAY_MS));
}
