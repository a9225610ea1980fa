/** What an earlier run of the same recording means for a new start. */
import { type Client, WorkflowFailedError } from "@temporalio/client";
import { ApplicationFailure } from "@temporalio/common";

import { workflowId } from "../contract/names.ts";
import type { FinalizeResult } from "../contract/result.ts";
import { TailslateError } from "../lib/tailslate-error.ts";

/**
 * The recording's last run ended before a stop that is known to have worked: an operator or a caller gave it up. A late
 * duplicate of the first call must not stop what was left running on purpose, so only `rerun` starts another run.
 */
export class NotStopped extends TailslateError {
  override readonly name = "NotStopped";
  readonly sid: string;
  /** How the last run ended: `terminated`, `canceled` or `cancelled`. */
  readonly end: string;

  constructor(sid: string, end: string) {
    super(`Cannot finalize the recording ${sid}: its last run was ${end}, so it may still be recorded; rerun stops it`);
    this.sid = sid;
    this.end = end;
  }
}

/** The memo of a rerun that sends no stop, because an earlier run's stop worked. Its own report says `not-sent`. */
export const STOP_WORKED = { stopWorked: true };

/** `repair`: it failed or timed out, so the call that failed may be repeated. */
type EarlierRun = { kind: "attach" } | { kind: "repair"; failure: string } | { kind: "not-stopped"; end: string };

export async function classifyEarlierRun(client: Client, sid: string): Promise<EarlierRun> {
  const { status, runId, memo } = await client.workflow.getHandle(workflowId(sid)).describe();
  const run = { sid, runId };
  if (status.name === "FAILED") return { kind: "repair", failure: await readFailureType(client, run) };
  if (status.name === "TIMED_OUT") return { kind: "repair", failure: "TimedOut" };
  if (status.name === "TERMINATED") return { kind: "not-stopped", end: "terminated" };
  if (status.name === "CANCELLED") return { kind: "not-stopped", end: "canceled" };
  if (status.name !== "COMPLETED" || isStopWorked(memo)) return { kind: "attach" };
  const { outcome, stop } = await readResult(client, run);
  const isLeft = outcome === "cancelled" && ["not-sent", "unconfirmed"].includes(stop.status);
  return isLeft ? { kind: "not-stopped", end: "cancelled" } : { kind: "attach" };
}

/** Whether nothing is left to stop: the stop of the last run worked, or that of an earlier one, which the memo says. */
export async function wasStopped(client: Client, sid: string): Promise<boolean> {
  const handle = client.workflow.getHandle(workflowId(sid));
  const last = await handle.describe().catch(() => undefined); // there is none, or Temporal is away: then the start says so
  if (last === undefined || isStopWorked(last.memo)) return last !== undefined;
  if (last.status.name !== "COMPLETED") return false;
  const { stop } = await readResult(client, { sid, runId: last.runId });
  return stop.status !== "not-sent" && stop.status !== "unconfirmed";
}

type Run = { sid: string; runId: string };

function isStopWorked(memo: Record<string, unknown> | undefined): boolean {
  return memo?.["stopWorked"] === true;
}

async function readResult(client: Client, { sid, runId }: Run): Promise<FinalizeResult> {
  const handle = client.workflow.getHandle<() => Promise<FinalizeResult>>(workflowId(sid), runId);
  return handle.result();
}

async function readFailureType(client: Client, run: Run): Promise<string> {
  try {
    await readResult(client, run);
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
    if (error.cause instanceof ApplicationFailure && error.cause.type) return error.cause.type;
  }
  return "WorkflowFailed";
}
