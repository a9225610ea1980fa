/** What `cancel` and `force-stop` share: the reason, the limit for the answer, and the error once a recording has ended. */
import { setTimeout as delay } from "node:timers/promises";

import { WorkflowNotFoundError } from "@temporalio/client";

import type { Recording } from "../client.ts";
import { formatDuration } from "../lib/quantities.ts";
import { NegativeResult } from "./exit-status.ts";
import { describeEnd, hasEnded } from "./output/end.ts";

/** How long a running worker may take to answer. */
const ANSWER_LIMIT_MS = 10_000;
export const ANSWER_LIMIT = formatDuration(ANSWER_LIMIT_MS);

export const REASON_OPTION = ["--reason <text>", "is recorded in the manifest's timeline"] as const;

/** Says so when the recording has ended: Temporal has one error for a closed workflow and for one that never was. */
export async function explainRefusal<T>(
  { recording, action }: { recording: Recording; action: string },
  request: Promise<T>,
): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const { progress } = await recording.look();
    if (!hasEnded(progress)) throw error;
    throw new NegativeResult(`Cannot ${action} the recording: it has ended already, as ${describeEnd(progress)}`, {
      cause: error,
    });
  }
}

/** Throws an error with this message when the worker does not answer in time. */
export async function limitAnswer<T>(answer: Promise<T>, message: string): Promise<T> {
  const expired = delay(ANSWER_LIMIT_MS, undefined, { ref: false }).then(() => {
    throw new Error(message);
  });
  return Promise.race([answer, expired]);
}
