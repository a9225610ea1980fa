/**
 * Temporal hears of a dead worker only by its silence: an activity that has not been heard of for its `heartbeatTimeout` is
 * tried again elsewhere. Each heartbeat is a billable action, so the first comes after a third of that time, when a stop or
 * a look is mostly over; the SDK then sends one in four fifths of it.
 */
import { activityInfo, heartbeat } from "@temporalio/activity";

/**
 * Does `work` and lets Temporal hear of it meanwhile. A heartbeat replaces all that an attempt leaves to the next, so
 * `details` has to give everything that is to be left.
 */
export async function withHeartbeats<T>(details: () => unknown, work: () => Promise<T>): Promise<T> {
  const { heartbeatTimeoutMs } = activityInfo();
  if (!heartbeatTimeoutMs) return work();
  const beat = setInterval(() => heartbeat(details()), heartbeatTimeoutMs / 3);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
