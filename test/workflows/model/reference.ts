/**
 * What a recording's workflow must do, said once more and as plainly as possible: the tables of docs/outcomes.md and
 * docs/cancel-and-force-stop.md as a machine of a few states, without Temporal, promises or scopes.
 */
import type { Phase } from "../../../src/contract/phases.ts";
import type { Outcome } from "../../../src/contract/result.ts";
import type { StopStatus } from "../../../src/contract/stop.ts";

export type Setting = { scheduled: boolean; method: "async" | "none"; files: boolean };

/** What the activity that is waited for answers; each step knows its own. */
export type Reply =
  | { of: "validate"; valid: boolean }
  | { of: "stop"; status: Exclude<StopStatus, "unconfirmed" | "not-sent">; backuped: boolean }
  | { of: "stop"; status: "rejected" | "deadline" | "deadline-credentials" | "cancelled" }
  | { of: "look"; ends: "complete" | "deadline" | "deadline-unknown" | "store-unknown" }
  | { of: "publish"; verdict: "verified" | "incomplete" | "not-found"; manifest: boolean }
  | { of: "publish"; verdict: "pending" | "deadline" | "deadline-decided" | "store-unknown" | "cancelled" };

export type Event =
  | { kind: "cancel" | "forceStop" | "requestForceStop" | "awaitStopped" | "temporalCancel" }
  | { kind: "notification"; eventType: number; noticeId: string; progress?: number }
  | { kind: "reply"; reply: Reply }
  | { kind: "pass"; ms: number };

type Running =
  | { step: "validate" | "due" | "nothing" }
  /** `cut`: its cancellation was asked for, and what becomes of it is awaited. */
  /** `beside`: the deadline of the first call, which goes on beside a forced one. */
  | { step: "stop"; beside: number | null; cut: boolean; dueMs: number }
  | { step: "look"; dueMs: number }
  | { step: "publish"; final: boolean; cut: boolean; dueMs: number };

export type Model = {
  setting: Setting;
  nowMs: number;
  phase: Phase;
  running: Running;
  stop: StopStatus | null;
  backup: "stop" | "notification" | "inferred" | null;
  cancelled: boolean;
  temporalCancelled: boolean;
  forced: boolean;
  hurriedAtMs: number | null;
  sessionExited: boolean;
  deadlines: { uploading: number | null; backup: number | null };
  noticed: Set<string>;
  hastenedAtMs: number;
  ended: Outcome | "failed" | "temporal-cancelled" | null;
};

export const STOP_AT_MS = 100_000;
export const LIMITS_MS = { stop: 300_000, upload: 200_000, backup: 400_000, verify: 150_000 };
const HURRY_MS = 30_000;
const KNOWN_EVENTS = new Set([1, 11, 12, 31, 32, 33, 71, 1001]);
const SESSION_ENDS = new Set([11, 31, 71]);
const ALL_UPLOADED = new Set([31, 71]);
const HASTE_PAUSE_MS = 30_000;

export function begin(setting: Setting): Model {
  return {
    setting,
    nowMs: 0,
    phase: "stopping",
    running: { step: "validate" },
    stop: null,
    backup: null,
    cancelled: false,
    temporalCancelled: false,
    forced: false,
    hurriedAtMs: null,
    sessionExited: false,
    deadlines: { uploading: null, backup: null },
    noticed: new Set(),
    hastenedAtMs: Number.NEGATIVE_INFINITY,
    ended: null,
  };
}

/** The replies that can come now. */
export function replies({ running, setting }: Model): Reply[] {
  switch (running.step) {
    case "validate":
      return [
        { of: "validate", valid: true },
        ...(setting.scheduled ? [] : [{ of: "validate", valid: false } as const]),
      ];
    case "stop": {
      const answered = (["accepted", "already-ended", "nothing-recorded"] as const).flatMap((status) =>
        [true, false].map((backuped): Reply => ({ of: "stop", status, backuped })),
      );
      const others = (["rejected", "deadline", "deadline-credentials"] as const).map((status): Reply => ({
        of: "stop",
        status,
      }));
      return [...answered, ...others, ...(running.cut ? [{ of: "stop", status: "cancelled" } as const] : [])];
    }
    case "look":
      return (["complete", "deadline", "deadline-unknown", "store-unknown"] as const).map((ends) => ({
        of: "look",
        ends,
      }));
    case "publish":
      return [
        { of: "publish", verdict: "verified", manifest: true },
        { of: "publish", verdict: "incomplete", manifest: true },
        { of: "publish", verdict: "not-found", manifest: false },
        { of: "publish", verdict: "deadline" },
        { of: "publish", verdict: "deadline-decided" },
        { of: "publish", verdict: "store-unknown" },
        ...(running.final ? [] : [{ of: "publish", verdict: "pending" } as const]),
        ...(running.cut ? [{ of: "publish", verdict: "cancelled" } as const] : []),
      ];
    case "due":
    case "nothing":
      return [];
  }
}

/** Whether an update that forces the stop is taken. */
export function canForce({ cancelled, phase }: Model): boolean {
  return !cancelled && phase !== "verifying" && phase !== "done";
}

/** Tells the model what happened. */
export function applyEvent(model: Model, event: Event): void {
  if (model.ended !== null) return;
  switch (event.kind) {
    case "cancel":
      model.cancelled = true;
      return giveUp(model);
    case "temporalCancel":
      model.temporalCancelled = true;
      return giveUp(model);
    case "forceStop":
    case "requestForceStop":
      return force(model);
    case "notification":
      return onNotification(model, event);
    case "reply":
      return reply(model, event.reply);
    case "pass":
      return passTime(model, event.ms);
    case "awaitStopped":
  }
}

function isGivenUp({ cancelled, temporalCancelled }: Model): boolean {
  return cancelled || temporalCancelled;
}

/** Nothing further is sent; a call in flight ends first. */
function giveUp(model: Model): void {
  const { running } = model;
  if (running.step === "due") {
    model.stop = "not-sent";
    end(model, "cancelled");
  } else if (running.step === "look") end(model, "cancelled");
  else if (running.step === "stop" || running.step === "publish") running.cut = true;
}

function force(model: Model): void {
  if (!canForce(model)) return;
  model.forced = true;
  if (model.running.step === "due") return sendStop(model); // only brought forward: the files get their time
  if (model.hurriedAtMs !== null) return;
  model.hurriedAtMs = model.nowMs;
  if (model.running.step === "stop" && !model.running.cut) callBeside(model, model.running.dueMs);
  if (model.running.step === "look") publish(model, true);
}

function onNotification(model: Model, { eventType, noticeId, progress }: Event & { kind: "notification" }): void {
  if (!KNOWN_EVENTS.has(eventType) || model.noticed.has(noticeId)) return;
  if (eventType === 33 && progress !== 10_000) return;
  model.noticed.add(noticeId);
  if (SESSION_ENDS.has(eventType)) model.sessionExited = true;
  if (eventType === 32) model.backup ??= "notification";

  if (model.running.step === "due" && model.sessionExited) return sendStop(model);
  if (model.running.step === "look") hasten(model, eventType);
}

function hasten(model: Model, eventType: number): void {
  const isUrgent = ALL_UPLOADED.has(eventType) || (eventType === 32 && model.phase === "uploading");
  if (!isUrgent && model.nowMs - model.hastenedAtMs < HASTE_PAUSE_MS) return;
  model.hastenedAtMs = model.nowMs;
  wait(model);
}

function passTime(model: Model, ms: number): void {
  const { running } = model;
  const dueMs = Math.min("dueMs" in running ? running.dueMs : Infinity, timerMs(model));
  model.nowMs = Math.min(model.nowMs + ms, dueMs);
  if (model.nowMs < dueMs) return;
  if (running.step === "due") return sendStop(model);
  if (running.step === "stop") {
    const isOver = model.nowMs >= timerMs(model);
    return isOver ? onStopped(model, "unconfirmed") : onUnanswered(model, running);
  }
  if (running.step === "look") return reply(model, { of: "look", ends: "deadline" });
  if (running.step === "publish") return reply(model, { of: "publish", verdict: "deadline" });
}

function timerMs({ running, hurriedAtMs }: Model): number {
  if (running.step === "due") return STOP_AT_MS;
  return running.step === "stop" && hurriedAtMs !== null ? hurriedAtMs + HURRY_MS : Infinity;
}

function reply(model: Model, told: Reply): void {
  const { running } = model;
  if (told.of === "validate") return told.valid ? onValidated(model) : end(model, "failed");
  if (told.of === "stop" && running.step === "stop") return replyToStop(model, told, running);
  if (told.of === "look") return onLooked(model, told.ends);
  if (told.of === "publish") return onPublished(model, told);
}

function replyToStop(model: Model, told: Reply & { of: "stop" }, running: Running & { step: "stop" }): void {
  const isForced = model.hurriedAtMs !== null;
  if (told.status === "cancelled" || told.status === "deadline") return onUnanswered(model, running);
  if (told.status === "deadline-credentials" && isForced) return onUnanswered(model, running);
  if (told.status === "rejected" || told.status === "deadline-credentials") {
    return isGivenUp(model) ? onUnanswered(model, running) : end(model, "failed");
  }
  return onStopped(model, told.status, "backuped" in told && told.backuped);
}

function onValidated(model: Model): void {
  const { scheduled, method } = model.setting;
  if (method === "none" || isGivenUp(model)) return onStopped(model, "not-sent");
  if (!scheduled || model.nowMs >= STOP_AT_MS || model.sessionExited) return sendStop(model);
  if (model.hurriedAtMs === null) {
    model.phase = "scheduled";
    model.running = { step: "due" };
    return undefined;
  }
  model.hurriedAtMs = null;
  return sendStop(model);
}

function sendStop(model: Model): void {
  model.phase = "stopping";
  model.running = { step: "stop", beside: null, cut: false, dueMs: model.nowMs + LIMITS_MS.stop };
}

/** Forced: a second call, and the first one keeps its place. */
function callBeside(model: Model, firstDueMs: number): void {
  model.running = { step: "stop", beside: firstDueMs, cut: false, dueMs: model.nowMs + LIMITS_MS.stop };
}

/** A call ended without an answer: the other one may still get it. */
function onUnanswered(model: Model, { beside, cut }: Running & { step: "stop" }): void {
  if (beside === null) return onStopped(model, "unconfirmed");
  model.running = { step: "stop", beside: null, cut, dueMs: beside };
}

function onStopped(model: Model, status: StopStatus, backuped = false): void {
  model.stop = status;
  if (backuped) model.backup ??= "stop";
  if (isGivenUp(model)) return end(model, "cancelled");
  if (!model.setting.files) return end(model, "unverified");
  return wait(model);
}

function wait(model: Model): void {
  if (model.hurriedAtMs !== null) return publish(model, true);
  const phase = model.backup === null ? "uploading" : "backup";
  const limitMs = phase === "backup" ? LIMITS_MS.backup : LIMITS_MS.upload;
  model.phase = phase;
  const dueMs = (model.deadlines[phase] ??= model.nowMs + limitMs);
  model.running = { step: "look", dueMs };
  if (dueMs <= model.nowMs) return onLooked(model, "deadline");
}

function onLooked(model: Model, ends: (Reply & { of: "look" })["ends"]): void {
  if (ends === "store-unknown") return end(model, "failed");
  if (ends === "complete") return publish(model, false);
  if (model.phase === "backup" || ends === "deadline-unknown") return publish(model, true);
  model.backup ??= "inferred";
  return wait(model);
}

function publish(model: Model, final: boolean): void {
  model.phase = "verifying";
  model.running = { step: "publish", final, cut: false, dueMs: model.nowMs + LIMITS_MS.verify };
}

/** A published manifest is final. Without one, giving up wins over every verdict. */
function onPublished(model: Model, told: Reply & { of: "publish" }): void {
  if ("manifest" in told && told.manifest) return end(model, told.verdict);
  if (isGivenUp(model)) return end(model, "cancelled");
  if (told.verdict === "pending") return wait(model);
  if (told.verdict === "store-unknown") return end(model, "failed");
  if (told.verdict === "deadline" || told.verdict === "cancelled") return end(model, "unverified");
  return end(model, told.verdict === "deadline-decided" ? "damaged" : told.verdict);
}

function end(model: Model, how: NonNullable<Model["ended"]>): void {
  model.phase = "done";
  model.running = { step: "nothing" };
  model.ended = how === "cancelled" && model.temporalCancelled ? "temporal-cancelled" : how;
}
