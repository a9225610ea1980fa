/** The reference's words in the workflow's: what an activity answers, and what a notification looks like. */
import { failure } from "../../../src/contract/failures.ts";
import { resolveInput } from "../../../src/contract/input.ts";
import type { Outcome, Verdict } from "../../../src/contract/result.ts";
import { type Event, LIMITS_MS, type Reply, type Setting, STOP_AT_MS } from "./reference.ts";
import type { Answer } from "./sandbox.ts";

/** The activity's answer behind a reply of the reference. */
export function answerOf(reply: Reply, { setting, startedMs }: { setting: Setting; startedMs: number }): Answer {
  switch (reply.of) {
    case "validate":
      return reply.valid
        ? { kind: "completed", value: { input: finalizeInput(setting, startedMs), searchAttributes: false } }
        : { kind: "failed", failure: failure("InputInvalid", "Cannot finalize the recording: it is a test") };
    case "stop":
      return stopAnswer(reply);
    case "look":
      return lookAnswer(reply.ends);
    case "publish":
      return publishAnswer(reply);
  }
}

export function notificationOf({ noticeId, eventType, progress }: Event & { kind: "notification" }): object {
  return { noticeId, eventType, notifyMs: 0, sid: "abc", sequence: 0, details: { progress } };
}

function finalizeInput({ scheduled, method, files }: Setting, startedMs: number): object {
  const { stop, upload, backup, verify } = LIMITS_MS;
  const input = {
    recording: { appId: "app", resourceId: "resource", sid: "abc", mode: "mix", cname: "lobby", uid: "1" },
    files: files ? {} : null,
    stop: { method, ...(scheduled && { at: new Date(startedMs + STOP_AT_MS).toISOString() }) },
    timeouts: { stop: `${stop}ms`, upload: `${upload}ms`, backup: `${backup}ms`, verify: `${verify}ms` },
  };
  return resolveInput(input, false);
}

function stopAnswer(reply: Reply & { of: "stop" }): Answer {
  switch (reply.status) {
    case "rejected":
      return { kind: "failed", failure: failure("StopRejected", "Agora refuses the request") };
    case "deadline":
      return {
        kind: "deadline",
        failure: failure("AgoraUnavailable", "Agora is busy", {
          details: { kind: "stop", attempts: 3, status: 503, code: null },
        }),
      };
    case "deadline-credentials":
      return { kind: "deadline", failure: failure("CredentialsRejected", "Agora refuses the credentials") };
    case "cancelled":
      return { kind: "cancelled" };
    case "accepted":
    case "already-ended":
    case "nothing-recorded": {
      const { status, backuped } = reply;
      const uploadingStatus = backuped ? "backuped" : null;
      const at = "2026-11-23T12:00:00.000Z";
      const value = { status, at, attempts: 1, uploadingStatus, named: [], namedBy: "stop", sessionEnded: true };
      return { kind: "completed", value };
    }
  }
}

function lookAnswer(ends: (Reply & { of: "look" })["ends"]): Answer {
  if (ends === "complete") return { kind: "completed" };
  if (ends === "store-unknown") return { kind: "failed", failure: failure("StoreUnknown", "No such store") };
  const recordingKnown = ends !== "deadline-unknown";
  const seen = { kind: "look", storeAnswered: true, present: 0, expected: 1, recordingKnown } as const;
  const details = { ...seen, waitingFor: ["a file"] };
  return { kind: "deadline", failure: failure("UploadPending", "Waiting", { details }) };
}

function publishAnswer(reply: Reply & { of: "publish" }): Answer {
  switch (reply.verdict) {
    case "pending":
      return { kind: "completed", value: { kind: "pending" } };
    case "cancelled":
      return { kind: "cancelled" };
    case "deadline":
      return { kind: "deadline" };
    case "deadline-decided":
      return {
        kind: "deadline",
        failure: failure("StoreUnavailable", "No PUT", {
          details: { kind: "verdict", verdict: verdict("damaged", false) },
        }),
      };
    case "store-unknown":
      return { kind: "failed", failure: failure("StoreUnknown", "No such store") };
    case "verified":
    case "incomplete":
    case "not-found":
      return { kind: "completed", value: { kind: "decided", verdict: verdict(reply.verdict, reply.manifest) } };
  }
}

function verdict(outcome: Outcome, written: boolean): Verdict {
  const manifest = written ? { store: "default", key: "abc.manifest.json", sha256: "00", bytes: 2 } : null;
  return { outcome, expectedFrom: "discovered", manifest, totals: null, problems: [], problemCount: 0 };
}
