/** Bringing a recording into a situation without sleeping, and seeing how it ended. */
import assert from "node:assert/strict";

import { type WorkflowExecutionDescription, WorkflowFailedError, WorkflowNotFoundError } from "@temporalio/client";

import type { FinalizeInput, FinalizeResult, Recording, RecordingProgress, Status } from "../../src/client.ts";
import type { Recorded, RecordOptions } from "../../src/emulator/recording/record.ts";
import type { ScriptedAnswer } from "../../src/emulator/scenarios.ts";
import type { Harness } from "./harness.ts";

export const NO_WORKER: ScriptedAnswer = { status: 404, body: { code: 404, reason: "failed to find worker" } };
export const OUTAGE: ScriptedAnswer = { status: 503, body: "out of order" };

/** As many of an answer as a test can use up. */
export function repeated(answer: ScriptedAnswer): ScriptedAnswer[] {
  return Array.from({ length: 20 }, () => answer);
}

/** Far enough away never to come. */
export const LATER = new Date(Date.now() + 3_600_000).toISOString();

export async function startFinalizing(
  { emulator, recordings, input }: Harness,
  options: RecordOptions,
  changes: Partial<FinalizeInput> = {},
): Promise<{ recorded: Recorded; recording: Recording }> {
  const recorded = await emulator.record(options);
  return { recorded, recording: await recordings.finalize(input(recorded, changes)) };
}

/** Resolves with the first progress that is as wanted; fails when the recording ends before. */
export async function untilProgress(
  recording: Recording,
  wanted: (progress: RecordingProgress) => boolean,
): Promise<void> {
  for await (const progress of recording.progress()) if (wanted(progress)) return;
  assert.fail("The recording ended before it came into this situation");
}

/** Resolves when the recording's workflow, as Temporal describes it, is as wanted. */
export async function untilDescribed(
  { client }: Harness,
  { workflowId }: Recording,
  wanted: (description: WorkflowExecutionDescription) => boolean,
): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  while (!wanted(await handle.describe())) await new Promise((resolve) => setTimeout(resolve, 100));
}

export function stopCalls({ emulator }: Harness, { sid }: { sid: string }): number {
  return emulator.calls.filter((call) => call.endpoint === "stop" && call.sid === sid).length;
}

/** The two ways to give up on a recording, and how each ends. */
export const WAYS_TO_GIVE_UP = [
  {
    way: "the signal cancel",
    giveUp: async (_: Harness, recording: Recording) => recording.cancel("a test"),
    assertGivenUp: async (recording: Recording): Promise<Status> => {
      const result = await recording.result();
      assert.partialDeepStrictEqual(result, { outcome: "cancelled", manifest: null, totals: null });
      return recording.status();
    },
  },
  {
    way: "Temporal's cancellation",
    giveUp: async ({ client }: Harness, { workflowId }: Recording) => {
      await client.workflow.getHandle(workflowId).cancel();
    },
    assertGivenUp: async (recording: Recording): Promise<Status> => {
      const failed = await recording.result().catch((error: unknown) => error);
      assert.ok(failed instanceof WorkflowFailedError, String(failed));
      assert.equal(failed.cause?.name, "CancelledFailure");
      return recording.status();
    },
  },
] as const;

/** How a recording ended; `"canceled"` is Temporal's own cancellation. */
export async function endOf(recording: Recording): Promise<FinalizeResult | "canceled"> {
  try {
    return await recording.result();
  } catch (error) {
    if (error instanceof WorkflowFailedError && error.cause?.name === "CancelledFailure") return "canceled";
    throw error;
  }
}

/** A message to a workflow that may just have closed. */
export async function tolerateClosed(message: Promise<unknown>): Promise<void> {
  await message.catch((error: unknown) => {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  });
}
