/**
 * Details of failures and of heartbeats: what an attempt leaves to the next one, to the workflow and to the client. Histories
 * and parked recordings keep them, so a field is added, never renamed, and `kind` alone says which they are.
 */
import type { Verdict } from "./result.ts";

export type Details = LookDetails | StopDetails | VerdictDetails | StopAttempts | CheckDetails;

/** Of `UploadPending` and `StoreUnavailable`: the result of one look, which Temporal shows in the pending activity. */
export type LookDetails = {
  kind: "look";
  /** Whether the store answered at all. */
  storeAnswered: boolean;
  /** Files there, of those expected: playlists, segments, MP4s and snapshots. */
  present: number;
  expected: number;
  /** Whether anything of this recording is known: a named file, or any object of this sid. */
  recordingKnown: boolean;
  /** For people: what is still missing, the most important first. */
  waitingFor: string[];
};

/** Of a stop's failure, for operators and for Agora's support: numbers and ids only. */
export type StopDetails = {
  kind: "stop";
  attempts: number;
  status: number | null;
  code: number | null;
  requestId?: string;
};

/** Of a `publishManifest` that decided but could not write. */
export type VerdictDetails = { kind: "verdict"; verdict: Verdict };

/** In the heartbeats of `stopRecording`. */
export type StopAttempts = {
  kind: "stop-attempts";
  /** The attempt that wrote this. */
  attempt: number;
  /** Counts through the account's base URLs. */
  hostIndex: number;
  /** Whether the host was already asked once without a clear answer. */
  hostTried: boolean;
  /** An earlier stop may have taken effect, though no answer came. */
  answerLost: boolean;
  /** Whether Agora has said 404. */
  missing: boolean;
  /** When the first attempt after that was due, by Temporal's clock: workers' clocks differ and jump. */
  missingSinceMs: number | null;
};

/** In the heartbeats of `publishManifest`. */
export type CheckDetails = {
  kind: "check";
  checkedFiles: number;
  totalFiles: number | null;
  /** What this attempt or an earlier one decided, without the manifest: a timeout loses everything but heartbeats. */
  verdict?: Verdict;
};

/** Reads details from outside; `undefined` where they are of another kind. */
export function readDetails<Kind extends Details["kind"]>(
  kind: Kind,
  details: unknown,
): Extract<Details, { kind: Kind }> | undefined {
  return isOfKind(kind, details) ? details : undefined;
}

function isOfKind<Kind extends Details["kind"]>(
  kind: Kind,
  details: unknown,
): details is Extract<Details, { kind: Kind }> {
  return typeof details === "object" && details !== null && "kind" in details && details.kind === kind;
}
