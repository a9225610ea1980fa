/** The signals, updates and the query of `finalizeRecording`. */
import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";

import type { Phase } from "./phases.ts";
import type { Outcome } from "./result.ts";
import type { BackupReport, StopReport } from "./stop.ts";

/** Agora's notification as the webhook signals it. `details` is Agora's own object, undecoded. */
export type AgoraNotification = {
  noticeId: string;
  eventType: number;
  /** Unix time in milliseconds. */
  notifyMs: number;
  sid: string;
  sequence: number;
  details: unknown;
};

/** The answer to the query `status`: the workflow's own knowledge. The counts of a running look are in the pending activity. */
export type Status = {
  phase: Phase;
  /** When the phase began. ISO 8601, UTC. */
  since: string;
  stop: StopReport | null;
  backup: BackupReport | null;
  forced: boolean;
  /** Signals `agoraNotification` whose body cannot be read. They change nothing. */
  unreadableNotifications: number;
  outcome: Outcome | null;
  /** One sentence for people. */
  waitingFor: string;
};

export type Reason = { reason?: string };

/** Sends nothing further and ends the wait; the outcome is `cancelled`. Before the stop was sent, the recording goes on. */
export const cancel = defineSignal<[Reason?]>("cancel");
/** Stops now, or ends the wait now and verifies what is there. */
export const forceStop = defineSignal<[Reason?]>("forceStop");
/** A notification of Agora's about this recording. */
export const agoraNotification = defineSignal<[AgoraNotification]>("agoraNotification");
/** `forceStop` with an answer; refused when there is nothing left to force. */
export const requestForceStop = defineUpdate<Status, [Reason | undefined]>("requestForceStop");
/** Resolves as soon as the result of the stop is known, long before the files are there. */
export const awaitStopped = defineUpdate<StopReport>("awaitStopped");
export const status = defineQuery<Status>("status");
