/**
 * How a command ends that did not end in order: one line, and the exit code.
 *
 *     0    done; the recording is verified, the manifest unchanged
 *     1    done, and the answer is bad: another outcome, a changed file, nothing left to cancel
 *     2    the command line, the configuration or the input is wrong
 *     3    it could not be told: Temporal or a store is away, or there is no such recording
 *     130  interrupted with Ctrl-C
 *     141  nobody reads any more: the door `cli.ts` ends then, as SIGPIPE does
 *
 * Words of Temporal's server never reach the line.
 */
import {
  isGrpcServiceError,
  ServiceError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from "@temporalio/client";
import { CancelledFailure, NamespaceNotFoundError, TerminatedFailure, TimeoutFailure } from "@temporalio/common";
import { CommanderError } from "commander";

import { ConfigError } from "../process/config-error.ts";
import { ownFailure } from "../contract/failures.ts";
import { NegativeResult, Interrupted, UsageError } from "./context.ts";

export type Ending = { code: number; line: string };

/** For the help. */
export const EXIT_CODES = `Exit codes:
  0    done, verified
  1    done, but the answer is bad
  2    the command line, the configuration or the input is wrong
  3    it could not be told: Temporal or a store is away, no such recording
  130  interrupted
  141  nobody reads any more`;

/** By gRPC's status codes NOT_FOUND, PERMISSION_DENIED and UNAUTHENTICATED. */
const REFUSALS = new Map([
  [5, "it has no such namespace"],
  [7, "it refuses our credentials"],
  [16, "it refuses our credentials"],
]);

export function endingOf(error: unknown): Ending {
  // Commander has written its own line.
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? 0 : 2, line: "" };
  if (error instanceof Interrupted) return { code: 130, line: error.message };
  if (error instanceof UsageError || error instanceof ConfigError) return { code: 2, line: error.message };
  if (error instanceof NegativeResult) return { code: 1, line: error.message };
  const own = ownFailure(error);
  if (own) return { code: own.type === "InputInvalid" ? 2 : 1, line: own.message };
  return ofTemporal(error) ?? { code: 3, line: error instanceof Error ? error.message : String(error) };
}

function ofTemporal(error: unknown): Ending | undefined {
  if (error instanceof WorkflowFailedError) return { code: 1, line: `Cannot tell an outcome: ${howEnded(error)}` };
  // The workflow's own words: nothing else refuses an update.
  if (error instanceof WorkflowUpdateFailedError) return { code: 1, line: error.cause?.message ?? error.message };
  if (error instanceof WorkflowNotFoundError)
    return { code: 3, line: `Cannot find the recording: the namespace has no workflow ${error.workflowId}` };
  if (error instanceof NamespaceNotFoundError)
    return { code: 2, line: `Cannot use the namespace "${error.namespace}": Temporal has none of this name` };
  return ofCall(error);
}

/** A call that failed, as the SDK wraps it or as it is. */
function ofCall(error: unknown): Ending | undefined {
  const call = error instanceof ServiceError ? error.cause : error;
  if (!isGrpcServiceError(call)) return undefined;
  const refusal = REFUSALS.get(call.code);
  return { code: refusal === undefined ? 3 : 2, line: `Cannot ask Temporal: ${refusal ?? "it gives no answer"}` };
}

function howEnded({ cause }: WorkflowFailedError): string {
  if (cause instanceof CancelledFailure) return "the workflow was cancelled by Temporal";
  if (cause instanceof TerminatedFailure) return "the workflow was terminated, and nothing was checked";
  if (cause instanceof TimeoutFailure) return "the workflow ran out of time";
  return "the workflow failed";
}
