/**
 * What Agora's notifications do to the story. They only ever hasten the next look, and add to what is known:
 * they may be late, lost, doubled and out of order, so none of them ends a wait by itself.
 */
import { problem } from "../../checks/checks.ts";
import type { AgoraNotification } from "../../contract/messages.ts";
import { remember, type FinalizationState } from "./state.ts";
import { detectBackup } from "./waiting.ts";

/** At most one hastened look in this time, but for the events that say that everything is uploaded. */
const HASTE_PAUSE_MS = 30_000;

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

/** Builds the handler of the signal `agoraNotification`. */
export function notificationHandler(story: FinalizationState): (notification: AgoraNotification) => void {
  const seen = new Set<string>();
  let hastenedAtMs = Number.NEGATIVE_INFINITY;

  return (notification) => {
    const { noticeId, eventType, details } = notification;
    const what = EVENTS[eventType];
    if (what === undefined || seen.has(noticeId)) return;
    if (eventType === 33 && number(details, "progress") !== UPLOAD_COMPLETE) return;

    seen.add(noticeId);
    remember(story, "notification", what);
    learn(story, notification);

    const everythingUploaded = eventType === 31 || eventType === 71;
    // Comes right after 11 and 33, and must not wait behind them: the wait for the upload would run to its own, shorter end.
    const entersBackup = eventType === 32 && story.phase === "uploading";
    if (!everythingUploaded && !entersBackup && Date.now() - hastenedAtMs < HASTE_PAUSE_MS) return;
    if (story.phase === "uploading" || story.phase === "backup") hastenedAtMs = Date.now();
    hasten(story);
  };
}

function learn(story: FinalizationState, notification: AgoraNotification): void {
  const { eventType, details } = notification;
  if (eventType === 31 || eventType === 32 || eventType === 71) story.notifications.push(notification);
  if (eventType === 11 || eventType === 31 || eventType === 71) story.sessionExited = true;
  if (eventType === 32) detectBackup(story, "notification");
  if (eventType === 1) {
    const observed = `error ${number(details, "errorCode") ?? "unknown"}, level ${number(details, "errorLevel") ?? "unknown"}`;
    const subject = `module ${number(details, "module") ?? "unknown"}`;
    story.problems.push(problem("agora-error", { subject, expected: "no error", observed }));
  }
}

/** Cuts what can be cut: a wait looks again at once, and a stop that was only scheduled is due when the session has ended. */
function hasten(story: FinalizationState): void {
  const due = story.phase === "scheduled" && story.sessionExited;
  if (due || story.phase === "uploading" || story.phase === "backup") story.interrupt();
}

function number(details: unknown, key: string): number | undefined {
  if (typeof details !== "object" || details === null) return undefined;
  const value = Number(Object.entries(details).find(([name]) => name === key)?.[1]);
  return Number.isFinite(value) ? value : undefined;
}
