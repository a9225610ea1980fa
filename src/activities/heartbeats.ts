/**
 * Heartbeats let Temporal detect a dead worker: an activity without one for its `heartbeatTimeout` is retried elsewhere.
 * Each is a billable action, so the first comes after a third of that time, when most stops and looks are over; the SDK
 * throttles the next ones to four fifths of it.
 */
import { activityInfo, heartbeat } from "@temporalio/activity";

/** Sends heartbeats while `work` runs. Each one replaces the previous details: `details` must return everything. */
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
