/**
 * A workflow in Temporal's own sandbox, without a server: thousands of short histories in seconds.
 *
 * This side plays what the server and the SDK's core do: it keeps the clock, the timers and the activities, fires what is
 * due, and answers. The workflow code, its bundle and the sandbox are the real ones. What the real server does is tested
 * beside this, in the stories of this folder's parent.
 */
import {
  ActivityFailure,
  type ApplicationFailure,
  CancelledFailure,
  defaultFailureConverter,
  defaultPayloadConverter,
  type Payload,
  RetryState,
  TimeoutFailure,
  TypedSearchAttributes,
} from "@temporalio/common";
import { msToTs } from "@temporalio/common/lib/time.js";
import { parseWorkflowCode } from "@temporalio/worker/lib/worker.js";
import { ReusableVMWorkflowCreator } from "@temporalio/worker/lib/workflow/reusable-vm.js";
import { globalHandlers } from "@temporalio/worker/lib/workflow/vm-shared.js";

import type { Status } from "../../../src/contract/messages.ts";
import { WORKFLOW_TYPE } from "../../../src/contract/names.ts";
import type { FinalizeResult } from "../../../src/contract/result.ts";

type Workflow = Awaited<ReturnType<ReusableVMWorkflowCreator["createWorkflow"]>>;
type Activation = Parameters<Workflow["activate"]>[0];
type Job = NonNullable<Activation["jobs"]>[number];
type Commands = NonNullable<NonNullable<Awaited<ReturnType<Workflow["activate"]>>["successful"]>["commands"]>;

/** How an activity ends. `deadline` is its schedule-to-close time, with the last attempt's failure where there was one. */
export type Answer =
  | { kind: "completed"; value?: unknown }
  | { kind: "failed"; failure: ApplicationFailure }
  | { kind: "deadline"; failure?: ApplicationFailure }
  | { kind: "cancelled" };

export type Activity = {
  type: string;
  request: unknown;
  dueMs: number;
  cancelRequested: boolean;
};

export type Sandboxed = {
  nowMs(): number;
  /** Activities that have not been answered, the oldest first. */
  pending(): Activity[];
  signal(name: string, argument: unknown): Promise<void>;
  /** Resolves with whether the update was accepted. */
  update(name: string): Promise<boolean>;
  /** Temporal's own cancellation. */
  cancel(): Promise<void>;
  /** What the query `status` answers. */
  status(): Promise<Status>;
  answer(activity: Activity, answer: Answer): Promise<void>;
  /** Lets the clock run, at most to the first thing that is due: a timer fires, or the newest activity meets its deadline. */
  pass(ms: number): Promise<void>;
  /** How the workflow ended, if it has. */
  ended(): Ended | undefined;
  /** Updates that were accepted and have no answer yet. */
  unanswered(): number;
};

export type Ended = { as: "completed"; result: FinalizeResult } | { as: "failed"; type: unknown } | { as: "cancelled" };

const BEGIN_MS = Date.parse("2026-11-23T12:00:00Z");
const ACTIVITIES = new Set(["validateInput", "stopRecording", "awaitUpload", "awaitBackup", "publishManifest"]);
const LIMIT_MS = 10_000;

/** In the SDK core's words; 0 is TRY_CANCEL. */
const WAIT_CANCELLATION_COMPLETED = 1;

/** Makes the sandbox for one bundle; each call of what it returns starts a workflow, and `end` removes it again. */
export async function createSandbox(code: string) {
  const creator = await ReusableVMWorkflowCreator.create(parseWorkflowCode(code), LIMIT_MS, ACTIVITIES);
  globalHandlers.uninstall(); // it keeps a stack trace of every promise, which is unused here and takes most of the time
  let runs = 0;
  return {
    start: async (argument: unknown) => startWorkflow(creator, `run-${(runs += 1)}`, argument),
    close: async () => creator.destroy(),
  };
}

// oxlint-disable-next-line max-lines-per-function -- one closure over the state of one run
async function startWorkflow(creator: ReusableVMWorkflowCreator, runId: string, argument: unknown) {
  let nowMs = BEGIN_MS;
  const info = infoOf(runId);
  const workflow = await creator.createWorkflow({
    info,
    randomnessSeed: [1],
    now: nowMs,
    showStackTraceSources: false,
  });
  const activities = new Map<number, Activity & { local: boolean; waitsForCancellation: boolean }>();
  const timers = new Map<number, number>();
  const updates = { begun: 0, accepted: new Set<string>(), answered: new Set<string>() };
  let ended: Ended | undefined;

  async function activate(job: Job): Promise<Commands> {
    const activation = { runId, timestamp: msToTs(nowMs), isReplaying: false, historyLength: 3, jobs: [job] };
    const { successful, failed } = await workflow.activate(activation);
    if (!successful) throw new Error(`The workflow's code failed: ${failed?.failure?.stackTrace ?? "no reason"}`);
    const commands = successful.commands ?? [];
    for (const command of commands) obey(command);
    for (const [seq, activity] of activities) {
      if (activity.cancelRequested && !activity.waitsForCancellation) await resolve(seq, { kind: "cancelled" });
    }
    return commands;
  }

  function obey(command: Commands[number]): void {
    const { scheduleActivity, scheduleLocalActivity, requestCancelActivity, startTimer, cancelTimer } = command;
    const scheduled = scheduleActivity ?? scheduleLocalActivity;
    if (scheduled) {
      const local = scheduleLocalActivity != null;
      activities.set(numberOf(scheduled.seq), { ...activityOf(scheduled, nowMs), local });
    }
    if (requestCancelActivity) {
      const activity = activities.get(numberOf(requestCancelActivity.seq));
      if (activity) activity.cancelRequested = true;
    }
    if (startTimer) timers.set(numberOf(startTimer.seq), nowMs + durationMs(startTimer.startToFireTimeout, 0));
    if (cancelTimer) timers.delete(numberOf(cancelTimer.seq));
    const { protocolInstanceId: id, completed, rejected } = command.updateResponse ?? {};
    if (id != null && (completed ?? rejected) != null) updates.answered.add(id);
    ended ??= endOf(command);
  }

  async function resolve(seq: number, answer: Answer): Promise<void> {
    const activity = activities.get(seq);
    if (!activity) return;
    activities.delete(seq);
    await activate({ resolveActivity: { seq, isLocal: activity.local, result: resultOf(activity.type, answer) } });
  }

  const sandboxed: Sandboxed = {
    nowMs: () => nowMs,
    pending: () => [...activities.values()],
    ended: () => ended,
    unanswered: () => [...updates.accepted].filter((id) => !updates.answered.has(id)).length,
    async signal(signalName, value) {
      await activate({ signalWorkflow: { signalName, input: [defaultPayloadConverter.toPayload(value)] } });
    },
    async update(name) {
      const id = `update-${(updates.begun += 1)}`;
      const commands = await activate({
        doUpdate: { id, protocolInstanceId: id, name, input: [], meta: { updateId: id }, runValidator: true },
      });
      const accepted = commands.some(({ updateResponse }) => updateResponse?.accepted != null);
      if (accepted) updates.accepted.add(id);
      return accepted;
    },
    async cancel() {
      await activate({ cancelWorkflow: { reason: "" } });
    },
    async status() {
      // Queries alone are handed on as they come, and so must name their own variant.
      const job = { queryWorkflow: { queryId: "query", queryType: "status" }, variant: "queryWorkflow" } as const;
      const commands = await activate(job);
      return valueOf<Status>(commands[0]?.respondToQuery?.succeeded?.response);
    },
    async answer(activity, answer) {
      const [seq] = [...activities].find(([, at]) => at === activity) ?? [];
      if (seq === undefined) throw new Error(`${activity.type} is not pending`);
      await resolve(seq, answer);
    },
    async pass(ms) {
      const timer = earliest(timers);
      const deadline = earliest(new Map([...activities].slice(-1).map(([seq, { dueMs }]) => [seq, dueMs])));
      const untilMs = Math.min(nowMs + ms, timer.dueMs, deadline.dueMs);
      nowMs = untilMs;
      if (timer.dueMs === untilMs && timers.delete(timer.seq)) await activate({ fireTimer: { seq: timer.seq } });
      else if (deadline.dueMs === untilMs) await resolve(deadline.seq, { kind: "deadline" });
    },
  };
  await activate({
    initializeWorkflow: {
      workflowId: info.workflowId,
      workflowType: WORKFLOW_TYPE,
      arguments: [defaultPayloadConverter.toPayload(argument)],
      headers: {},
      startTime: msToTs(nowMs),
    },
  });
  return { ...sandboxed, end: async () => workflow.dispose() };
}

type Scheduled = NonNullable<Commands[number]["scheduleActivity"] | Commands[number]["scheduleLocalActivity"]>;

function activityOf(scheduled: Scheduled, nowMs: number): Activity & { waitsForCancellation: boolean } {
  return {
    type: scheduled.activityType ?? "",
    request: valueOf<unknown>(scheduled.arguments?.[0]),
    dueMs: nowMs + durationMs(scheduled.scheduleToCloseTimeout, Number.POSITIVE_INFINITY),
    cancelRequested: false,
    waitsForCancellation: Number(scheduled.cancellationType) === WAIT_CANCELLATION_COMPLETED,
  };
}

function infoOf(runId: string): Parameters<ReusableVMWorkflowCreator["createWorkflow"]>[0]["info"] {
  const start = new Date(BEGIN_MS);
  return {
    workflowId: "recording-abc",
    runId,
    originalExecutionRunId: runId,
    firstExecutionRunId: runId,
    workflowType: WORKFLOW_TYPE,
    taskQueue: "tailslate",
    namespace: "default",
    attempt: 1,
    taskTimeoutMs: 10_000,
    startTime: start,
    runStartTime: start,
    historyLength: 3,
    historySize: 300,
    continueAsNewSuggested: false,
    targetWorkerDeploymentVersionChanged: false,
    // oxlint-disable-next-line typescript/no-deprecated -- a required field
    searchAttributes: {},
    typedSearchAttributes: new TypedSearchAttributes(),
    unsafe: { now: Date.now, random: unused, isReplaying: false, isReplayingHistoryEvents: false },
  };
}

/** A source of randomness that no workflow of ours may touch. */
const unused = { random: refuse, uuid4: refuse, fillRandom: refuse };

function refuse(): never {
  throw new Error("A workflow must not draw true random numbers");
}

function endOf(command: Commands[number]): Ended | undefined {
  const { completeWorkflowExecution, failWorkflowExecution, cancelWorkflowExecution } = command;
  if (completeWorkflowExecution)
    return { as: "completed", result: valueOf<FinalizeResult>(completeWorkflowExecution.result) };
  if (failWorkflowExecution) return { as: "failed", type: failWorkflowExecution.failure?.applicationFailureInfo?.type };
  if (cancelWorkflowExecution) return { as: "cancelled" };
  return undefined;
}

/** The result of an activity as the SDK's core hands it to the workflow. */
function resultOf(type: string, answer: Answer) {
  if (answer.kind === "completed") {
    return { completed: { result: defaultPayloadConverter.toPayload(answer.value) } };
  }
  const { cause, retryState } = causeOf(answer);
  const around = new ActivityFailure("Activity task failed", type, "1", retryState, "worker", cause);
  const failure = defaultFailureConverter.errorToFailure(around, defaultPayloadConverter);
  return answer.kind === "cancelled" ? { cancelled: { failure } } : { failed: { failure } };
}

function causeOf(answer: Exclude<Answer, { kind: "completed" }>): { cause: Error; retryState: RetryState } {
  switch (answer.kind) {
    case "cancelled":
      return { cause: new CancelledFailure("Activity cancelled"), retryState: RetryState.CANCEL_REQUESTED };
    case "failed":
      return { cause: answer.failure, retryState: RetryState.NON_RETRYABLE_FAILURE };
    case "deadline": {
      const timedOut = new TimeoutFailure("Activity timed out", undefined, "SCHEDULE_TO_CLOSE");
      return { cause: answer.failure ?? timedOut, retryState: RetryState.TIMEOUT };
    }
  }
}

function earliest(due: Map<number, number>): { seq: number; dueMs: number } {
  const [first] = [...due].toSorted(([, a], [, b]) => a - b);
  return first ? { seq: first[0], dueMs: first[1] } : { seq: 0, dueMs: Number.POSITIVE_INFINITY };
}

/** What the workflow wrote. Its types are the workflow's own, so the test may believe them. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as the converter's own
function valueOf<T>(payload: Payload | null | undefined): T {
  if (payload == null) throw new Error("There is no payload");
  return defaultPayloadConverter.fromPayload<T>(payload);
}

function durationMs(duration: ReturnType<typeof msToTs> | object | null | undefined, withoutMs: number): number {
  if (duration == null || !("seconds" in duration)) return withoutMs;
  const nanos = "nanos" in duration ? (duration.nanos ?? 0) : 0;
  return Number(duration.seconds ?? 0) * 1000 + nanos / 1e6;
}

function numberOf(seq: number | null | undefined): number {
  return seq ?? 0;
}
