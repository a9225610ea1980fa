/**
 * The story of one recording: scheduled → stopping → uploading → (backup) → verifying → done.
 *
 * Every effect is an activity and every retry is Temporal's. Completed means that an outcome is known, a bad one included;
 * Failed means that the caller or an operator must mend something; Canceled is Temporal's own cancellation.
 */
import {
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  proxyLocalActivities,
  TemporalFailure,
} from "@temporalio/workflow";

import type { Activities, Verdict } from "../../activities/index.ts";
import type { StopEvidence } from "../../contract/evidence.ts";
import type { FinalizeResult } from "../../contract/result.ts";
import { ownFailure } from "../../contract/failures.ts";
import type { ResolvedInput, FinalizeInput } from "../../contract/input.ts";
import { registerHandlers } from "./handlers.ts";
import { backupReport, enter, stopReport } from "./phase.ts";
import { stopping, untilDue, withoutAnswer } from "./stopping.ts";
import { isGivenUp, initialState, remember, type FinalizationState, throwIfGivenUp } from "./state.ts";
import { telemetry } from "../telemetry.ts";
import { verifying } from "./verifying.ts";
import { detectBackup, waitForFiles } from "./waiting.ts";

/** Ends a recording: stops it, follows the upload, verifies the bucket and publishes the manifest. */
export async function finalizeRecording(raw: FinalizeInput): Promise<FinalizeResult> {
  const story = initialState();
  registerHandlers(story);
  try {
    const input = await validated(story, raw);
    telemetry.started();
    return await told(story, input);
  } catch (error) {
    // The caller sees our failure itself, not the activity's failure around it.
    const failed = ownFailure(error) ?? error;
    story.failed = { with: failed };
    enter(story, "done");
    throw failed;
  } finally {
    // Nobody who asked with an update is left without an answer.
    if (!allHandlersFinished()) await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

async function validated(story: FinalizationState, raw: FinalizeInput): Promise<ResolvedInput> {
  const { validateInput } = proxyLocalActivities<Activities>({
    startToCloseTimeout: "10s",
    summary: "Check the input and fill in the defaults",
  });
  const { input, searchAttributes } = await CancellationScope.nonCancellable(() => validateInput(raw));
  story.input = input;
  story.searchAttributes = searchAttributes;
  return input;
}

/** Tells the story to its end. Somebody's giving up ends it anywhere: `cancelled` by signal, Canceled by Temporal. */
async function told(story: FinalizationState, input: ResolvedInput): Promise<FinalizeResult> {
  try {
    await untilStopped(story, input);
    return await untilVerified(story, input);
  } catch (error) {
    // Giving up wins over what a call in flight failed with; an error of our own code is none of the three.
    if (!(error instanceof TemporalFailure) || !isGivenUp(story)) throw error;
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure("The recording was given up");
    // The call that was in flight failed, so what became of the stop is not known.
    if (story.stop === null) learnStop(story, withoutAnswer("unconfirmed"));
    return ended(story, input, { outcome: "cancelled" });
  }
}

async function untilStopped(story: FinalizationState, input: ResolvedInput): Promise<void> {
  await untilDue(story, input);
  const sends = input.stop.method !== "none" && !isGivenUp(story);
  learnStop(story, sends ? await stopping(story, input) : withoutAnswer("not-sent"));
  throwIfGivenUp(story);
}

function learnStop(story: FinalizationState, stop: StopEvidence): void {
  const { status: fate, uploadingStatus, named, namedBy, sessionOver } = stop;
  story.stop = stop;
  story.stoppedAtMs = Date.now();
  remember(story, "stop", `The stop is ${fate}`);
  if (namedBy === "query") {
    const files = named.length === 1 ? "1 file" : `${named.length} files`;
    remember(story, "query", `After the stop: ${files} named${sessionOver ? ", the session is over" : ""}`);
  }
  telemetry.stopped(fate);
  if (uploadingStatus === "backuped" || uploadingStatus === "backuping") detectBackup(story, "stop");
}

async function untilVerified(story: FinalizationState, input: ResolvedInput): Promise<FinalizeResult> {
  if (input.files === null) return ended(story, input, { outcome: "unverified" });
  for (;;) {
    const complete = await waitForFiles(story, input);
    const verdict = await verifying(story, input, !complete);
    if (verdict === "unverified") return ended(story, input, { outcome: "unverified" });
    if (verdict !== "pending") return ended(story, input, verdict);
    // Something that was there is gone again, and its deadline has not passed: back to the wait.
  }
}

type Ending = Verdict | { outcome: "cancelled" | "unverified" };

function ended(story: FinalizationState, input: ResolvedInput, ending: Ending): FinalizeResult {
  const stop = story.stop ?? withoutAnswer("not-sent");
  const { outcome, ...decided } = ending;
  story.outcome = outcome;
  enter(story, "done");
  const result: FinalizeResult = {
    outcome,
    level: input.level,
    forced: story.forced,
    stop: stopReport(stop),
    backup: backupReport(story),
    expectedFrom: stop.named.length > 0 ? "agora" : "discovered",
    manifest: null,
    totals: null,
    problems: story.problems,
    problemCount: story.problems.length,
    ...decided,
  };
  telemetry.ended(result);
  return result;
}
