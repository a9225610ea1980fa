/**
 * What Agora's notifications do. W6: they may be late, lost, doubled and out of order, so they only add to what is known and
 * bring the next look forward.
 */
import { problem } from "../../checks/checks.ts";
import type { AgoraNotification } from "../../contract/messages.ts";
import { isWaitPhase, type Phase } from "../../contract/phases.ts";
import type { Problem } from "../../contract/problem.ts";
import type { FinalizationState } from "./state.ts";

/** Agora's event numbers. Others do not concern the end of a recording. */
const EVENTS: Record<number, string> = {
  1: "Agora reported an error",
  11: "The recording session ended",
  12: "The recording failed over to another server",
  31: "Agora uploaded all files",
  32: "Agora moved files to its backup cloud",
  33: "The upload is complete",
  71: "The web recorder stopped",
  1001: "Agora finished transcoding",
};
const UPLOAD_COMPLETE = 10_000;

/** Handles the signal `agoraNotification`. */
export function applyNotification(state: FinalizationState, notification: AgoraNotification): void {
  const { inbox, log, clock } = state;
  const { noticeId, eventType, details } = notification;
  const meaning = EVENTS[eventType];
  if (meaning === undefined) return;
  if (eventType === 33 && readNumber(details, "progress") !== UPLOAD_COMPLETE) return;
  if (!inbox.recordNotice(noticeId)) return;

  log.add({ kind: "agora-notified", source: "notification", detail: meaning });
  recordMeaning(state, notification);
  if (clock.startEarlyLook({ isExempt: isExempt(eventType, clock.phase) })) interruptWait(state);
}

function recordMeaning({ inbox, log }: FinalizationState, notification: AgoraNotification): void {
  const { eventType, details } = notification;
  if (eventType === 31 || eventType === 32 || eventType === 71) inbox.keepNotification(notification);
  if (eventType === 11 || eventType === 31 || eventType === 71) inbox.recordSessionEnd();
  if (eventType === 32) log.recordBackup("notification");
  if (eventType === 1) log.recordProblem(describeError(details));
}

function isExempt(eventType: number, phase: Phase): boolean {
  // 32 arrives right after 11 and 33; throttling it would let the shorter upload timeout run out.
  if (eventType === 32) return phase === "uploading";
  return eventType === 31 || eventType === 71;
}

/** A wait looks again at once; a stop that is only scheduled is due when the session has ended. */
function interruptWait({ inbox, clock: { phase }, steps }: FinalizationState): void {
  const isDue = phase === "scheduled" && inbox.sessionEnded;
  if (isDue || isWaitPhase(phase)) steps.interrupt();
}

function describeError(details: unknown): Problem {
  const [module, code, level] = ["module", "errorCode", "errorLevel"].map(
    (key) => readNumber(details, key) ?? "unknown",
  );
  const facts = { subject: `module ${module}`, expected: "no error", observed: `error ${code}, level ${level}` };
  return problem("agora-error", facts);
}

function readNumber(details: unknown, key: string): number | undefined {
  if (typeof details !== "object" || details === null) return undefined;
  const value = Number(Object.entries(details).find(([name]) => name === key)?.[1]);
  return Number.isFinite(value) ? value : undefined;
}
