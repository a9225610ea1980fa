/**
 * What only the files themselves show to be missing may still be on its way: an MP4 that is being written, or the last of
 * several. The recording waits for it as long as for an upload, counted from its newest object, and for half of the time that
 * the check has: then the check decides.
 */
import type { Info } from "@temporalio/activity";

import { isAbsence } from "../checks/checks.ts";
import type { ResolvedInput } from "../contract/input.ts";
import type { Problem } from "../contract/problem.ts";
import type { Inventory } from "../recording/types.ts";
import { type Clock, intervalAt } from "./retry-delay.ts";

type LateAbsence = {
  problems: Problem[];
  inventory: Pick<Inventory, "newest" | "storeTime">;
  input: Pick<ResolvedInput, "timeoutsMs" | "poll">;
};

type Attempt = {
  info: Pick<Info, "scheduledTimestampMs" | "currentAttemptScheduledTimestampMs" | "scheduleToCloseTimeoutMs">;
  clock: Clock;
};

/** How long until the next attempt; `undefined` where nothing is missing, or no more is waited for. */
export function lateAbsenceDelayMs(
  { problems, inventory: { newest, storeTime }, input }: LateAbsence,
  { info, clock }: Attempt,
): number | undefined {
  if (newest === null || !problems.some(isAbsence)) return undefined;
  const waitLeftMs = Date.parse(newest) + input.timeoutsMs.upload - Date.parse(storeTime);
  const elapsedMs = clock() - info.scheduledTimestampMs;
  const tookMs = clock() - info.currentAttemptScheduledTimestampMs;
  // A check that takes long is not repeated more often than half of the time.
  const delayMs = Math.max(tookMs, intervalAt(elapsedMs, input.poll.upload));
  const checkLeftMs = (info.scheduleToCloseTimeoutMs ?? 0) / 2 - elapsedMs;
  return waitLeftMs > 0 && checkLeftMs > delayMs ? Math.min(delayMs, Math.max(waitLeftMs, 1000)) : undefined;
}
