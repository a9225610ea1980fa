/**
 * Live progress: the workflow's state (its query) combined with the last look at the store (its pending activity).
 * Costs the workflow nothing: neither adds to its history.
 *
 * Only the query needs a worker. It is repeated when the history has grown, since nothing else changes its answer: a wait of
 * hours takes one query. While no worker answers, the pending activity tells the phase.
 */
import type { Client, WorkflowExecutionDescription, WorkflowHandle } from "@temporalio/client";

import type { LookDetails } from "../contract/details.ts";
import { status, type Status } from "../contract/messages.ts";
import { isPhase, type Phase, phaseOfActivity } from "../contract/phases.ts";
import type { FinalizeResult, Outcome } from "../contract/result.ts";
import { searchAttributes } from "../contract/search-attributes.ts";
import { ownFailure, readFailureDetails } from "../contract/failures.ts";
import { describeStoreFailure, readStoreFailure, type StoreFailure } from "./store-failure.ts";

export type RecordingProgress = {
  /** `null` where no worker answers and Temporal does not know it either. */
  phase: Phase | null;
  /** When the phase began. ISO 8601, UTC; `null` where no worker answers. */
  since: string | null;
  /** Files present and expected, at the last look that the store answered; `null` where that is not known. */
  present: number | null;
  expected: number | null;
  /** For people: the most important missing files, or what the phase waits for. */
  waitingFor: string[];
  /** Time of the next attempt. ISO 8601, or `null` while an attempt runs. */
  nextLookAt: string | null;
  /** Why the last look at the store failed; `null` where it did not. */
  storeFailure: StoreFailure | null;
  outcome: Outcome | null;
  /** Temporal's status of the workflow: `RUNNING`, `COMPLETED`, `FAILED`, `CANCELLED` … */
  workflowStatus: string;
  /** Whether the workflow itself answered. Otherwise no worker runs that could continue it. */
  answered: boolean;
};

export type RecordingLook = {
  progress: RecordingProgress;
  /** The workflow's own state; `null` where no worker answers, and after the end. */
  status: Status | null;
  /** `null` before the end, and where the workflow did not complete. */
  result: FinalizeResult | null;
};

const LOOK_EVERY_MS = 500;
const QUERY_LIMIT_MS = 3000;

/** Yields each change, and ends when the workflow has closed. */
export async function* progress(target: Target, everyMs: number = LOOK_EVERY_MS): AsyncIterable<RecordingProgress> {
  let last: Observation | undefined;
  for (;;) {
    const current = await observe(target, last);
    if (JSON.stringify(current.progress) !== JSON.stringify(last?.progress)) yield current.progress;
    if (current.closed) return;
    last = current;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

/** One look, now. */
export async function look(target: Target): Promise<RecordingLook> {
  const { progress: current, status: known, result } = await observe(target);
  return { progress: current, status: known, result };
}

type Target = { client: Client; workflowId: string };
type Observation = RecordingLook & { closed: boolean; historyLength: number };
type Handle = WorkflowHandle<() => Promise<FinalizeResult>>;

async function observe({ client, workflowId }: Target, last?: Observation): Promise<Observation> {
  const handle: Handle = client.workflow.getHandle(workflowId);
  const description = await handle.describe();
  const { historyLength, closeTime } = description;
  if (closeTime !== undefined) return { ...(await observeEnd(handle, description)), closed: true, historyLength };
  const known = last?.status && last.historyLength === historyLength ? last.status : await queryStatus(client, handle);
  const pending = readPendingActivity(client, { description, phase: known?.phase });
  const current = combine({ known, pending: keepLastLook(pending, last?.progress), description });
  return { progress: current, status: known, result: null, closed: false, historyLength };
}

/** `null` where no worker answers: Temporal holds a query until one comes. */
async function queryStatus(client: Client, handle: Handle): Promise<Status | null> {
  return client.withDeadline(Date.now() + QUERY_LIMIT_MS, async () => handle.query(status)).catch(() => null);
}

async function observeEnd(
  handle: Handle,
  { status: closed, closeTime }: WorkflowExecutionDescription,
): Promise<RecordingLook> {
  const result = closed.name === "COMPLETED" ? await handle.result() : null;
  const last: RecordingProgress = {
    phase: "done",
    since: closeTime?.toISOString() ?? null,
    present: null,
    expected: null,
    waitingFor: [`Nothing: ${result ? `the outcome is ${result.outcome}` : `the workflow is ${closed.name}`}`],
    nextLookAt: null,
    storeFailure: null,
    outcome: result?.outcome ?? null,
    workflowStatus: closed.name,
    answered: true,
  };
  return { progress: last, status: null, result };
}

type Sources = { known: Status | null; pending: PendingFacts; description: WorkflowExecutionDescription };

function combine({ known, pending, description }: Sources): RecordingProgress {
  const { phase, since, waitingFor, outcome } = known ?? UNKNOWN;
  return {
    phase: phase ?? pending.phase ?? phaseAttribute(description),
    since,
    present: pending.present,
    expected: pending.expected,
    waitingFor: pending.waitingFor.length > 0 ? pending.waitingFor : [waitingFor],
    nextLookAt: pending.nextLookAt,
    storeFailure: pending.storeFailure,
    outcome,
    workflowStatus: description.status.name,
    answered: known !== null,
  };
}

const UNKNOWN = { phase: null, since: null, waitingFor: "a worker", outcome: null };

type PendingFacts = Pick<
  RecordingProgress,
  "phase" | "present" | "expected" | "waitingFor" | "nextLookAt" | "storeFailure"
>;

type PendingRequest = { description: WorkflowExecutionDescription; phase: Phase | undefined };

/** Reads the pending activity, if there is one: its phase, and the progress of its last attempt. */
function readPendingActivity(client: Client, { description: { raw }, phase: current }: PendingRequest): PendingFacts {
  const pending = choosePendingActivity(raw.pendingActivities ?? [], current);
  const phase = phaseOfActivity(pending?.activityType?.name);
  if (!pending?.lastFailure) return { ...NO_FACTS, phase };
  const { failureConverter, payloadConverter } = client.options.loadedDataConverter;
  const failed = ownFailure(failureConverter.failureToError(pending.lastFailure, payloadConverter));
  const counts = readFailureDetails("look", failed);
  const completedAt = toIso((pending.lastAttemptCompleteTime ?? pending.lastStartedTime)?.seconds);
  const storeFailure = readStoreFailure(failed, completedAt);
  return {
    ...NO_FACTS,
    storeFailure,
    ...(counts?.storeAnswered === true && { present: counts.present, expected: counts.expected }),
    phase,
    waitingFor: storeFailure ? [describeStoreFailure(storeFailure)] : listWaitingFor(counts, failed),
    nextLookAt: toIso(pending.nextAttemptScheduleTime?.seconds),
  };
}

function listWaitingFor(counts: LookDetails | undefined, failed: Error | undefined): string[] {
  return counts?.waitingFor ?? (failed ? [failed.message] : []);
}

/** A failure replaces the one before it in the pending activity, so only who followed knows the last counts and the first failure. */
function keepLastLook(pending: PendingFacts, last: RecordingProgress | undefined): PendingFacts {
  const { storeFailure } = pending;
  if (storeFailure === null || !last) return pending;
  return {
    ...pending,
    present: pending.present ?? last.present,
    expected: pending.expected ?? last.expected,
    storeFailure: { ...storeFailure, since: last.storeFailure?.since ?? storeFailure.since },
  };
}

/** That of the workflow's phase: a stop that was forced and never answered stays pending beside those of later phases. */
function choosePendingActivity<A extends { activityType?: { name?: string | null } | null }>(
  all: A[],
  current: Phase | undefined,
): A | undefined {
  return all.find(({ activityType }) => phaseOfActivity(activityType?.name) === current) ?? all[0];
}

const NO_FACTS = { present: null, expected: null, waitingFor: [], nextLookAt: null, storeFailure: null };

function toIso(seconds: unknown): string | null {
  return seconds === undefined || seconds === null ? null : new Date(Number(seconds) * 1000).toISOString();
}

function phaseAttribute({ typedSearchAttributes }: WorkflowExecutionDescription): Phase | null {
  const named = typedSearchAttributes.get(searchAttributes.phase);
  return isPhase(named) && named !== "done" ? named : null;
}
