/**
 * What both sides of Temporal share: the names that others type, and the shapes behind them.
 * Types and definitions only, so that a workflow, a client and an activity can all import it.
 */
import { defineSearchAttributeKey } from "@temporalio/common";
import { defineQuery, defineSignal, defineUpdate } from "@temporalio/workflow";

import type { NamedFile, UploadingStatus } from "../agora/answers.ts";
import type { Finalization } from "./input.ts";

export const WORKFLOW_TYPE = "finalizeRecording";
export const DEFAULT_TASK_QUEUE = "tailslate";

/** One recording is one workflow: a second start of the same sid meets the first. */
export function workflowId(sid: string): string {
  return `recording-${sid}`;
}

/** Agora's rate limit is per account, so each account has a queue of its own. */
export function agoraTaskQueue(taskQueue: string, account: string): string {
  return `${taskQueue}-agora-${account}`;
}

export type Phase = "scheduled" | "stopping" | "uploading" | "backup" | "verifying" | "done";

/** In the order in which they are decided. What each means: docs/outcomes.md. */
export type Outcome =
  | "cancelled"
  | "unverified"
  | "empty"
  | "lost"
  | "not-found"
  | "incomplete"
  | "damaged"
  | "verified";

export type Level = Finalization["level"];

export type StopStatus = "accepted" | "already-ended" | "nothing-recorded" | "unconfirmed" | "not-sent";

/** What became of the stop, as callers see it. */
export type StopReport = {
  status: StopStatus;
  /** When this was known. ISO 8601, UTC. */
  at: string;
  /** Calls to Agora's `stop` that are known to have been made. */
  attempts: number;
  uploadingStatus: UploadingStatus | null;
};

/** The stop as `stopRecording` reports it: the public report, and what the answers said of files. */
export type StopEvidence = StopReport & {
  /** Named by the stop answer, or else by the one query after it. */
  named: NamedFile[];
  /** `query` also where its answer named none, and told only whether the session is over. */
  namedBy: "stop" | "query";
  /** The answer to a sync stop, 435, a stop that came too late, or a query that shows the end. */
  sessionOver: boolean;
};

/** Agora's notification as the webhook signals it. `details` is Agora's own object, not yet decoded. */
export type AgoraNotification = {
  noticeId: string;
  eventType: number;
  /** Unix time in milliseconds. */
  notifyMs: number;
  sid: string;
  sequence: number;
  details: unknown;
};

/** Everything learnt from Agora that a look at the bucket needs. */
export type Evidence = {
  stop: StopEvidence;
  method: Finalization["stop"]["method"];
  /** Notifications that may name files: 31, 32 and 71. */
  notifications: AgoraNotification[];
  /** When the session counts as over at the latest, ISO 8601, UTC; `null` when it is known to be over. */
  sessionOverAt: string | null;
};

/** How far a look got: the details of `UploadPending` and `StoreUnavailable`, which Temporal shows in the pending activity. */
export type Progress = {
  /** Whether the store could be looked into at all. */
  looked: boolean;
  /** Files there, of those expected: playlists, segments, MP4s and snapshots. */
  present: number;
  expected: number;
  /** Whether anything of this recording is known: a named file, or any object of this sid. */
  known: boolean;
  /** For people: what is still missing, the most important first. */
  waitingFor: string[];
};

export type Problem = {
  /** Stable id of the check, for example `segment-missing`. */
  check: string;
  severity: "error" | "warning";
  /** The key or the thing that the finding is about. */
  subject: string;
  expected: string;
  observed: string;
};

export type Totals = {
  files: number;
  bytes: number;
  playlists: number;
  segments: number;
  mp4s: number;
  snapshots: number;
  durationSeconds: number;
};

/** Where a manifest lies, and the digest by which it can be believed. */
export type ManifestReference = { store: string; key: string; sha256: string; bytes: number };

export type BackupReport = { detectedBy: "stop" | "notification" | "inferred"; waitedMs: number };

export type FinalizeResult = {
  outcome: Outcome;
  level: Level;
  /** Whether a force-stop cut the story short. */
  forced: boolean;
  stop: StopReport;
  backup: BackupReport | null;
  /** Whether Agora named files, or all that is known was found in the store. */
  expectedFrom: "agora" | "discovered";
  manifest: ManifestReference | null;
  totals: Totals | null;
  /** The first 20; the manifest has them all. */
  problems: Problem[];
  problemCount: number;
};

/** What the query `status` answers: the workflow's own knowledge. The counts of a running look stand in the pending activity. */
export type Status = {
  phase: Phase;
  /** When the phase began. ISO 8601, UTC. */
  since: string;
  stop: StopReport | null;
  backup: BackupReport | null;
  forced: boolean;
  outcome: Outcome | null;
  /** One sentence for people. */
  waitingFor: string;
};

/** The SDK does not export the key's type, and an inferred one would name a file inside the SDK. */
type KeywordKey = ReturnType<typeof defineSearchAttributeKey<"KEYWORD">>;

/** Search attributes by which operators find recordings. All are Keywords; `tailslate search-attributes` registers them. */
export const searchAttributes: Readonly<Record<"sid" | "channel" | "phase" | "outcome", KeywordKey>> = {
  sid: defineSearchAttributeKey("RecordingSid", "KEYWORD"),
  channel: defineSearchAttributeKey("RecordingChannel", "KEYWORD"),
  phase: defineSearchAttributeKey("RecordingPhase", "KEYWORD"),
  outcome: defineSearchAttributeKey("RecordingOutcome", "KEYWORD"),
};

export type Reason = { reason?: string };

/** Give up: nothing further is sent, the wait ends, the outcome is `cancelled`. Before the stop was sent the recording goes on. */
export const cancel = defineSignal<[Reason?]>("cancel");
/** Hurry: stop now, or end the wait now and verify what is there. */
export const forceStop = defineSignal<[Reason?]>("forceStop");
/** Something that Agora's notification service said about this recording. */
export const agoraNotification = defineSignal<[AgoraNotification]>("agoraNotification");
/** `forceStop` with an answer; refused when there is nothing left to hurry. */
export const requestForceStop = defineUpdate<Status, [Reason | undefined]>("requestForceStop");
/** Resolves as soon as the fate of the stop is known, long before the files are there. */
export const awaitStopped = defineUpdate<StopReport>("awaitStopped");
export const status = defineQuery<Status>("status");
