/** When a wait looks, by the activities' own functions and a clock of ours. */
import { delayBeforeDeadline, intervalAt } from "../src/activities/retry-delay.ts";
import type { Schedule } from "../src/contract/input.ts";

/** The moments of all looks of a wait whose files never come, in milliseconds from its beginning. */
export function lookTimes(schedule: Schedule, limitMs: number): number[] {
  const times = [];
  for (let atMs = 0; atMs < limitMs;) {
    times.push(atMs);
    const now = Date.now();
    const info = { scheduledTimestampMs: now - atMs, scheduleToCloseTimeoutMs: limitMs };
    atMs += delayBeforeDeadline(intervalAt(atMs, schedule), { info, clock: () => now });
  }
  return times;
}

/** How many looks a wait takes whose files are there after `completeMs`, and how long after them the last one comes. */
export function looksUntil(times: number[], completeMs: number): { looks: number; lagMs: number } {
  const index = times.findIndex((atMs) => atMs >= completeMs);
  if (index === -1) return { looks: times.length, lagMs: Number.POSITIVE_INFINITY };
  return { looks: index + 1, lagMs: (times[index] ?? 0) - completeMs };
}
