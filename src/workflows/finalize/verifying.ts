/** The step `verifying`: check the files at the level asked, write the manifest, decide the outcome. */
import { ActivityCancellationType, ActivityFailure, proxyActivities, workflowInfo } from "@temporalio/workflow";

import type { Activities, Verdict } from "../../activities/index.ts";
import { isDeadline, ownFailure } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { evidence } from "./evidence.ts";
import { backupReport, enter } from "./phase.ts";
import { type FinalizationState, throwIfGivenUp } from "./state.ts";
import { interruptible } from "../interrupt.ts";

/**
 * Verifies and publishes. Returns the verdict, `"pending"` when something is missing again and there is time to wait
 * for it (never with `final`), or `"unverified"` when the store could not be looked into until `timeouts.verify`.
 */
export async function verifying(
  story: FinalizationState,
  input: ResolvedInput,
  final: boolean,
): Promise<Verdict | "pending" | "unverified"> {
  enter(story, "verifying");
  const verified = await interruptible(story, () => publish(story, input, final));
  // A manifest that was published all the same stands, even when somebody gave up meanwhile.
  if (!verified.cut && isPublished(verified.value)) return verified.value;
  throwIfGivenUp(story);
  return verified.cut ? "unverified" : verified.value;
}

async function publish(
  story: FinalizationState,
  input: ResolvedInput,
  final: boolean,
): Promise<Verdict | "pending" | "unverified"> {
  const { publishManifest } = proxyActivities<Activities>({
    startToCloseTimeout: input.timeoutsMs.verify,
    scheduleToCloseTimeout: input.timeoutsMs.verify,
    heartbeatTimeout: "30s",
    retry: { initialInterval: "1s", maximumInterval: "1m" },
    // A manifest may be half written: wait for what became of it.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    summary: `Verify the files (${input.level}) and publish the manifest`,
  });
  const { workflowId, runId } = workflowInfo();
  try {
    return await publishManifest({
      input,
      evidence: evidence(story, input),
      story: { forced: story.forced, backup: backupReport(story), timeline: story.timeline, problems: story.problems },
      run: { workflowId, runId },
      final,
    });
  } catch (error) {
    if (!isDeadline(error)) throw error;
    return unpublished(error) ?? "unverified";
  }
}

/** The verdict of an attempt that could decide but not write. */
function unpublished(error: unknown): Verdict | undefined {
  const details = error instanceof ActivityFailure ? ownFailure(error)?.details?.[0] : undefined;
  return isVerdict(details) ? details : undefined;
}

function isPublished(value: Verdict | "pending" | "unverified"): value is Verdict {
  return typeof value === "object" && value.manifest !== null;
}

function isVerdict(details: unknown): details is Verdict {
  return typeof details === "object" && details !== null && "outcome" in details && "problemCount" in details;
}
