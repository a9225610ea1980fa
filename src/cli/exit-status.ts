/** Which exit status an error has, and the one line that explains it. Words of Temporal's server never reach the line. */
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from "@temporalio/client";
import { CancelledFailure, NamespaceNotFoundError, TerminatedFailure, TimeoutFailure } from "@temporalio/common";
import { CommanderError } from "commander";

import { ownFailure } from "../contract/failures.ts";
import { ConfigError } from "../process/config-error.ts";
import type { ExitStatus } from "./exit-codes.ts";

/** The command line itself is wrong. */
export class UsageError extends Error {}

/** The answer is known, and it is not the one hoped for. */
export class NegativeResult extends Error {}

/** Ctrl-C; the message, if any, says what continues all the same. */
export class Interrupted extends Error {}

type Exit = { status: ExitStatus; line: string };

/** By gRPC's status codes NOT_FOUND, PERMISSION_DENIED and UNAUTHENTICATED. */
const REFUSALS = new Map([
  [5, "it has no such namespace"],
  [7, "it refuses our credentials"],
  [16, "it refuses our credentials"],
]);

export function exitStatusOf(error: unknown): Exit {
  // Commander has written its own line.
  if (error instanceof CommanderError) return { status: error.exitCode === 0 ? "success" : "usage", line: "" };
  if (error instanceof Interrupted) return { status: "interrupted", line: error.message };
  if (error instanceof UsageError || error instanceof ConfigError) return { status: "usage", line: error.message };
  if (error instanceof NegativeResult) return { status: "negative", line: error.message };
  const own = ownFailure(error);
  if (own) return { status: own.type === "InputInvalid" ? "usage" : "negative", line: own.message };
  return (
    classifyTemporalError(error) ?? { status: "unknown", line: error instanceof Error ? error.message : String(error) }
  );
}

function classifyTemporalError(error: unknown): Exit | undefined {
  if (error instanceof WorkflowFailedError)
    return { status: "negative", line: `Cannot tell an outcome: ${describeEnd(error)}` };
  // Only the workflow refuses an update, in our own words.
  if (error instanceof WorkflowUpdateFailedError)
    return { status: "negative", line: error.cause?.message ?? error.message };
  if (error instanceof WorkflowNotFoundError)
    return { status: "unknown", line: `Cannot find the recording: the namespace has no workflow ${error.workflowId}` };
  if (error instanceof NamespaceNotFoundError)
    return { status: "usage", line: `Cannot use the namespace "${error.namespace}": Temporal has none of this name` };
  return classifyCallError(error);
}

/** A failed gRPC call, bare or in the SDK's wrapper. */
function classifyCallError(error: unknown): Exit | undefined {
  const call = error instanceof ServiceError ? error.cause : error;
  if (!isGrpcServiceError(call)) return undefined;
  const refusal = REFUSALS.get(call.code);
  if (refusal === undefined) return { status: "unknown", line: "Cannot ask Temporal: it gives no answer" };
  return { status: "usage", line: `Cannot ask Temporal: ${refusal}` };
}

function describeEnd({ cause }: WorkflowFailedError): string {
  if (cause instanceof CancelledFailure) return "the workflow was cancelled by Temporal";
  if (cause instanceof TerminatedFailure) return "the workflow was terminated, and nothing was checked";
  if (cause instanceof TimeoutFailure) return "the workflow ran out of time";
  return "the workflow failed";
}
