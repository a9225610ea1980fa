/**
 * The workflow of one recording: scheduled → stopping → uploading → (backup) → verifying → done.
 *
 * Every effect is an activity and every retry is Temporal's. Completed means that an outcome is known, a bad one included;
 * Failed means that the caller or an operator must mend something; Canceled is Temporal's own cancellation.
 *
 * Invariants, cited where the code relies on them:
 * W1  Handlers record and interrupt; steps decide. So a step ends with its answer or interrupted, and then reads what was recorded.
 * W2  An answer that came is kept, even when its step was interrupted: a sent stop cannot be taken back.
 * W3  A cancel wins over a force-stop, and over the failure of a call in flight.
 * W4  A published manifest wins over a cancel.
 * W5  A wait that is taken up again keeps its deadline.
 * W6  A notification only adds to what is known and brings the next look forward. None ends a wait: it may be late, lost or false.
 * W7  No search attribute is written before the stop is known: a missing one would block, and a running recording is billed.
 * W8  The workflow does not end while an update handler runs: its caller would get an error.
 */
import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  proxyLocalActivities,
  TemporalFailure,
} from "@temporalio/workflow";

import type { Activities } from "../../activities/index.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import { ownFailure } from "../../contract/failures.ts";
import type { FinalizeInput, ResolvedInput } from "../../contract/input.ts";
import { type FinalizeResult, reportProblems, type Verdict } from "../../contract/result.ts";
import { isHeldByAgora, toStopReport } from "../../contract/stop.ts";
import { POLICIES } from "../policies.ts";
import { telemetry } from "../telemetry.ts";
import { registerHandlers } from "./handlers.ts";
import { describeOddity } from "./notification-problems.ts";
import { acceptInput, type FinalizationState, initialState, isCancelled, throwIfCancelled } from "./state.ts";
import { setPhase } from "./status.ts";
import { executeStop, unansweredStop, waitUntilDue } from "./stop.ts";
import { verifyFiles } from "./verify.ts";
import { waitForFiles } from "./wait.ts";

/** Ends a recording: stops it, follows the upload, verifies the bucket and publishes the manifest. */
export async function finalizeRecording(raw: FinalizeInput): Promise<FinalizeResult> {
  const state = initialState();
  registerHandlers(state);
  try {
    const input = await validateInput(state, raw);
    telemetry.started();
    return await runPhases(state, input);
  } catch (error) {
    // The caller sees our failure itself, not the activity's failure around it.
    const failed = ownFailure(error) ?? error;
    state.log.recordFailure(failed);
    setPhase(state, "done");
    throw failed;
  } finally {
    // W8
    if (!allHandlersFinished()) await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

async function validateInput(state: FinalizationState, raw: FinalizeInput): Promise<ResolvedInput> {
  const activities = proxyLocalActivities<Activities>(POLICIES.validateInput);
  const validated = await CancellationScope.nonCancellable(() => activities.validateInput(raw));
  acceptInput(state, validated);
  return validated.input;
}

/** A cancel ends any phase: with `cancelled` by our signal, as Canceled by Temporal. */
async function runPhases(state: FinalizationState, input: ResolvedInput): Promise<FinalizeResult> {
  try {
    await stopRecording(state, input);
    return finish(state, { input, verdict: await awaitVerdict(state, input) });
  } catch (error) {
    // W3. Anything that is no TemporalFailure is a bug.
    if (!(error instanceof TemporalFailure) || !isCancelled(state)) throw error;
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure("The recording was given up");
    // The call in flight failed, so whether the stop took effect is not known.
    if (state.log.stop === null) recordStop(state, unansweredStop("unconfirmed"));
    return finish(state, { input, verdict: concludeWithoutLook(state, "cancelled") });
  }
}

async function stopRecording(state: FinalizationState, input: ResolvedInput): Promise<void> {
  await waitUntilDue(state, input);
  const isSent = input.stop.method !== "none" && !isCancelled(state);
  recordStop(state, isSent ? await executeStop(state, input) : unansweredStop("not-sent"));
  throwIfCancelled(state);
}

function recordStop({ log }: FinalizationState, stop: StopEvidence): void {
  const { status } = stop;
  log.recordStop(stop);
  telemetry.stopped(status);
  if (stop.oddity !== undefined) log.recordProblem(describeOddity(stop.oddity));
  if (isHeldByAgora(stop.uploadingStatus)) log.recordBackup("stop");
}

async function awaitVerdict(state: FinalizationState, input: ResolvedInput): Promise<Verdict> {
  if (input.files === null) return concludeWithoutLook(state, "unverified");
  for (;;) {
    const isComplete = await waitForFiles(state, input);
    const result = await verifyFiles(state, { input, mustDecide: !isComplete });
    if (result.kind === "no-look") return concludeWithoutLook(state, "unverified");
    if (result.kind === "decided") return result.verdict;
    // A file that was there is gone again, and its deadline has not passed: back to the wait.
  }
}

/** The verdict of Agora's word alone. */
function concludeWithoutLook({ log }: FinalizationState, outcome: "cancelled" | "unverified"): Verdict {
  const expectedFrom = log.stop !== null && log.stop.named.length > 0 ? "agora" : "discovered";
  return { outcome, expectedFrom, manifest: null, totals: null, ...reportProblems(log.problems) };
}

function finish(
  state: FinalizationState,
  { input, verdict }: { input: ResolvedInput; verdict: Verdict },
): FinalizeResult {
  state.log.recordOutcome(verdict.outcome);
  setPhase(state, "done");
  const result = buildResult(state, { input, verdict });
  telemetry.ended(result);
  return result;
}

function buildResult(
  { inbox, log }: FinalizationState,
  { input: { level }, verdict: { outcome, ...found } }: { input: ResolvedInput; verdict: Verdict },
): FinalizeResult {
  const stop = toStopReport(log.stop ?? unansweredStop("not-sent"));
  return { outcome, level, forced: inbox.forced, stop, backup: log.backup, ...found };
}
