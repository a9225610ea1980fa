/** What Agora's notifications do. W6: they add to what is known, and bring the next look forward. */
import { type NotificationEvent, notificationEvent } from "../../agora/events.ts";
import { readNumber, reduceDetails } from "../../agora/notification-details.ts";
import { problem } from "../../checks/checks.ts";
import type { AgoraNotification } from "../../contract/messages.ts";
import { isWaitPhase, type Phase } from "../../contract/phases.ts";
import { describeNotificationProblem, saysNotStarted } from "./notification-problems.ts";
import { MAX_KEPT_FILES } from "./inbox.ts";
import type { FinalizationState } from "./state.ts";

/** Handles the signal `agoraNotification`. */
export function applyNotification(state: FinalizationState, notification: AgoraNotification): void {
  const { inbox, clock, steps } = state;
  const { noticeId, eventType } = notification;
  const details = reduceDetails(notification.details);
  const event = notificationEvent(eventType, details);
  if (event === undefined) return;
  if (event.atProgress !== undefined && readNumber(details, "progress") !== event.atProgress) return;
  if (!inbox.recordNotice(noticeId)) return;

  recordFacts(state, { event, notification: { ...notification, details } });
  if (event.hastens === "never") return;
  const isExempt = isUnthrottled(event, clock.phase);
  if (clock.startEarlyLook({ isExempt }) && canEndEarly(state)) steps.interrupt();
}

type Received = { event: NotificationEvent; notification: AgoraNotification };

function recordFacts(state: FinalizationState, { event, notification }: Received): void {
  const { inbox, log } = state;
  const { eventType, details } = notification;
  log.add({ kind: event.kind, source: "notification" });
  if (event.namesFiles) keepFiles(state, notification);
  if (saysNotStarted(eventType, details)) inbox.recordNotStarted();
  if (event.endsSession) inbox.recordSessionEnd();
  if (event.entersBackup) log.recordBackup("notification");
  const found = event.mayReportProblem ? describeNotificationProblem(eventType, details) : null;
  if (found !== null) log.recordProblem(found);
}

function isUnthrottled({ hastens }: NotificationEvent, phase: Phase): boolean {
  return hastens === "now" || (hastens === "now-while-uploading" && phase === "uploading");
}

/** A wait looks again at once; a stop that is only scheduled is due when the session has ended. */
function canEndEarly({ inbox, clock: { phase } }: FinalizationState): boolean {
  return isWaitPhase(phase) || (phase === "scheduled" && inbox.sessionEnded);
}

function keepFiles({ inbox, log }: FinalizationState, notification: AgoraNotification): void {
  if (inbox.keepNotification(notification)) return;
  log.recordProblem(
    problem("named-files-cut", {
      subject: "notifications",
      expected: `at most ${MAX_KEPT_FILES} files named`,
      observed: "more",
    }),
  );
}
