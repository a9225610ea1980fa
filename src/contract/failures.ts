/**
 * Every failure that this project makes: its stable, public type and whether Temporal retries it. Histories keep a type for
 * ever, so it is never renamed. Workflows and callers branch on the type, never on a message.
 */
import { ActivityFailure, ApplicationFailure, ApplicationFailureCategory, TimeoutFailure } from "@temporalio/common";

import { type Details, readDetails } from "./details.ts";

const FAILURES = {
  InputInvalid: "final",
  AccountUnknown: "final",
  StoreUnknown: "final",
  /** Agora refuses the request as such: a wrong parameter or a wrong route. */
  StopRejected: "final",
  /** Agora refuses our credentials. An operator can mend that, so it is retried until `timeouts.stop`. */
  CredentialsRejected: "retry",
  /** Agora gave no clear answer. */
  AgoraUnavailable: "retry",
  /** The files are not all there yet: the ordinary state of a wait, so it is benign. */
  UploadPending: "wait",
  /** A look at the store, or a write, failed. */
  StoreUnavailable: "wait",
} as const satisfies Record<string, "final" | "retry" | "wait">;

export type FailureType = keyof typeof FAILURES;

export type FailureOptions = {
  /** Facts for operators and for the workflow. The history keeps them, so no secret and no foreign text. */
  details?: Details;
  /** Milliseconds until Temporal's next attempt. */
  retryInMs?: number;
  cause?: unknown;
};

/** The only place that makes a failure. */
export function failure(
  type: FailureType,
  message: string,
  { details, retryInMs, cause }: FailureOptions = {},
): ApplicationFailure {
  return ApplicationFailure.create({
    type,
    message,
    nonRetryable: FAILURES[type] === "final",
    ...(FAILURES[type] === "wait" && { category: ApplicationFailureCategory.BENIGN }),
    ...(details && { details: [details] }),
    ...(retryInMs !== undefined && { nextRetryDelay: retryInMs }),
    ...(cause instanceof Error && { cause }),
  });
}

/** Our failure inside the error of an activity call, if there is one. */
export function ownFailure(error: unknown): (ApplicationFailure & { type: FailureType }) | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof ApplicationFailure && isOwn(at)) return at;
  }
  return undefined;
}

/** The details of our failure inside an error; `undefined` where they are of another kind. */
export function readFailureDetails<Kind extends Details["kind"]>(kind: Kind, error: unknown) {
  return readDetails(kind, ownFailure(error)?.details?.[0]);
}

/** The details of the last heartbeat of an activity that a timeout ended; `undefined` where they are of another kind. */
export function readLastHeartbeat<Kind extends Details["kind"]>(kind: Kind, error: unknown) {
  const timeout = error instanceof ActivityFailure ? error.cause : error;
  return timeout instanceof TimeoutFailure ? readDetails(kind, timeout.lastHeartbeatDetails) : undefined;
}

/** Whether an activity's schedule-to-close timeout ended it, in an attempt or between two. */
export function isDeadline(error: unknown): boolean {
  return error instanceof ActivityFailure && (error.retryState === "TIMEOUT" || error.cause instanceof TimeoutFailure);
}

function isOwn(error: ApplicationFailure): error is ApplicationFailure & { type: FailureType } {
  return typeof error.type === "string" && Object.hasOwn(FAILURES, error.type);
}
