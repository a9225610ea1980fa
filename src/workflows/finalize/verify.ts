/** The step `verifying`: check the files at the level asked, write the manifest, decide the outcome. */
import { ActivityFailure, proxyActivities, workflowInfo } from "@temporalio/workflow";

import type { Activities, Verdict } from "../../activities/index.ts";
import { isDeadline, ownFailure } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { POLICIES } from "../policies.ts";
import { buildEvidence } from "./evidence.ts";
import { type FinalizationState, throwIfCancelled } from "./state.ts";
import { setPhase } from "./status.ts";

type VerifyResult = Verdict | "pending" | "unverified";
type VerifyRequest = { input: ResolvedInput; final: boolean };

/**
 * Verifies and publishes. Returns the verdict, `"pending"` when something is missing again and there is time to wait
 * for it (never with `final`), or `"unverified"` when no look at the store succeeded until `timeouts.verify`.
 */
export async function verifyFiles(state: FinalizationState, request: VerifyRequest): Promise<VerifyResult> {
  setPhase(state, "verifying");
  const result = await state.steps.run(() => callPublish(state, request));
  if (!result.interrupted && isPublished(result.value)) return result.value; // W4
  throwIfCancelled(state);
  return result.interrupted ? "unverified" : result.value;
}

async function callPublish(state: FinalizationState, { input, final }: VerifyRequest): Promise<VerifyResult> {
  const { inbox, log } = state;
  const { publishManifest } = proxyActivities<Activities>({
    ...POLICIES.publishManifest,
    startToCloseTimeout: input.timeoutsMs.verify,
    scheduleToCloseTimeout: input.timeoutsMs.verify,
    summary: `Verify the files (${input.level}) and publish the manifest`,
  });
  const { workflowId, runId } = workflowInfo();
  const story = {
    forced: inbox.forced,
    backup: log.backup,
    timeline: log.timeline,
    problems: log.problems,
  };
  try {
    const evidence = buildEvidence(state, input);
    return await publishManifest({ input, evidence, story, run: { workflowId, runId }, final });
  } catch (error) {
    if (!isDeadline(error)) throw error;
    return readVerdict(error) ?? "unverified";
  }
}

/** The verdict of an attempt that decided but could not write. */
function readVerdict(error: unknown): Verdict | undefined {
  const details = error instanceof ActivityFailure ? ownFailure(error)?.details?.[0] : undefined;
  return isVerdict(details) ? details : undefined;
}

function isPublished(value: VerifyResult): value is Verdict {
  return typeof value === "object" && value.manifest !== null;
}

function isVerdict(details: unknown): details is Verdict {
  return typeof details === "object" && details !== null && "outcome" in details && "problemCount" in details;
}
