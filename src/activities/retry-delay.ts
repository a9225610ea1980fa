/** The delay until Temporal's next attempt. The activity names it, because it knows what it waits for. */
import type { Info } from "@temporalio/activity";

import type { Schedule } from "../contract/input.ts";

/**
 * Time between the last attempt and the deadline, or half of the limit where that is less. Temporal's timers may be a second
 * late, and an attempt that the deadline finds running or due leaves no failure: the SDK drops a timeout's cause.
 */
const LAST_ATTEMPT_RESERVE_MS = 5000;

/** Temporal's timers do not keep shorter intervals. */
const MIN_DELAY_MS = 1000;

/**
 * The interval that a geometric series reaches after `elapsedMs`. It grows with time, not with attempts: attempts are counted
 * anew whenever a wait is taken up again.
 */
export function intervalAt(
  elapsedMs: number,
  { initialIntervalMs, backoffCoefficient, maximumIntervalMs }: Schedule,
): number {
  return Math.min(maximumIntervalMs, initialIntervalMs + Math.max(0, elapsedMs) * (backoffCoefficient - 1));
}

/**
 * Temporal's time during this attempt, which begins now: workers' clocks jump, and deadlines are dated by Temporal. It is
 * late by the time that the attempt waited for a worker, so it ends nothing too early.
 */
export function temporalClock({
  currentAttemptScheduledTimestampMs: dueMs,
}: Pick<Info, "currentAttemptScheduledTimestampMs">): Clock {
  const beganMs = performance.now();
  return () => dueMs + performance.now() - beganMs;
}

type DeadlineInfo = Pick<Info, "scheduledTimestampMs" | "scheduleToCloseTimeoutMs">;

/** Gives the time in milliseconds, as `Date.now` does. */
export type Clock = () => number;

/** How long work may still take so that the attempt ends before the activity's deadline; at least a second. */
export function workBeforeDeadline({ info, clock }: { info: DeadlineInfo; clock: Clock }): number {
  const limitMs = info.scheduleToCloseTimeoutMs;
  if (!limitMs) return Number.MAX_SAFE_INTEGER;
  const leftMs = info.scheduledTimestampMs + limitMs - clock();
  return Math.max(MIN_DELAY_MS, leftMs - lastAttemptReserveMs(limitMs));
}

/** Whether `delayBeforeDeadline` leaves no time for another attempt. */
export function isLastAttempt({ info, clock }: { info: DeadlineInfo; clock: Clock }): boolean {
  const limitMs = info.scheduleToCloseTimeoutMs;
  if (!limitMs) return false;
  return info.scheduledTimestampMs + limitMs - clock() <= lastAttemptReserveMs(limitMs);
}

/**
 * Shortens a delay so that one more attempt falls just before the activity's deadline. After that last attempt the delay
 * exceeds the deadline, and Temporal ends the activity at once, with the failure of this attempt.
 *
 * Only Temporal's clock decides whether this was the last attempt. If the local clock sees less time left (it is ahead, or the
 * attempt waited long for a worker), retry after half of what Temporal has left.
 */
export function delayBeforeDeadline(delayMs: number, { info, clock }: { info: DeadlineInfo; clock: Clock }): number {
  const limitMs = info.scheduleToCloseTimeoutMs;
  if (!limitMs) return delayMs;
  const deadlineMs = info.scheduledTimestampMs + limitMs;
  const leftMs = deadlineMs - clock();
  const reserveMs = lastAttemptReserveMs(limitMs);
  const lastAttemptMs = leftMs - reserveMs;
  if (lastAttemptMs <= 0) return leftMs + LAST_ATTEMPT_RESERVE_MS;
  const localLeftMs = deadlineMs - Date.now() - reserveMs;
  return Math.min(delayMs, lastAttemptMs, Math.max(localLeftMs, lastAttemptMs / 2, MIN_DELAY_MS));
}

function lastAttemptReserveMs(limitMs: number): number {
  return Math.min(LAST_ATTEMPT_RESERVE_MS, limitMs / 2);
}
