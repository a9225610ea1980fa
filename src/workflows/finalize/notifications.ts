/** What Agora's notifications do. W6: they add to what is known, and bring the next look forward. */
import { type NotificationEvent, notificationEvent } from "../../agora/events.ts";
import { problem } from "../../checks/checks.ts";
import type { AgoraNotification } from "../../contract/messages.ts";
import { isWaitPhase, type Phase } from "../../contract/phases.ts";
import type { Problem } from "../../contract/problem.ts";
import type { FinalizationState } from "./state.ts";

/** Handles the signal `agoraNotification`. */
export function applyNotification(state: FinalizationState, notification: AgoraNotification): void {
  const { inbox, log, clock, steps } = state;
  const { noticeId, eventType, details } = notification;
  const event = notificationEvent(eventType);
  if (event === undefined) return;
  if (event.atProgress !== undefined && readNumber(details, "progress") !== event.atProgress) return;
  if (!inbox.recordNotice(noticeId)) return;

  log.add({ kind: event.kind, source: "notification" });
  if (event.namesFiles) inbox.keepNotification(notification);
  if (event.endsSession) inbox.recordSessionEnd();
  if (event.entersBackup) log.recordBackup("notification");
  if (event.reportsError) log.recordProblem(describeError(details));

  const isExempt = isUnthrottled(event, clock.phase);
  if (clock.startEarlyLook({ isExempt }) && canEndEarly(state)) steps.interrupt();
}

function isUnthrottled({ hastens }: NotificationEvent, phase: Phase): boolean {
  return hastens === "now" || (hastens === "now-while-uploading" && phase === "uploading");
}

/** A wait looks again at once; a stop that is only scheduled is due when the session has ended. */
function canEndEarly({ inbox, clock: { phase } }: FinalizationState): boolean {
  return isWaitPhase(phase) || (phase === "scheduled" && inbox.sessionEnded);
}

function describeError(details: unknown): Problem {
  const read = (key: string) => readNumber(details, key) ?? "unknown";
  return problem("agora-error", {
    subject: `module ${read("module")}`,
    expected: "no error",
    observed: `error ${read("errorCode")}, level ${read("errorLevel")}`,
  });
}

function readNumber(details: unknown, key: string): number | undefined {
  if (typeof details !== "object" || details === null) return undefined;
  const value = Number(Object.entries(details).find(([name]) => name === key)?.[1]);
  return Number.isFinite(value) ? value : undefined;
}
