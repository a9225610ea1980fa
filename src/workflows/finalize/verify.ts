/** The step `verifying`: check the files at the level asked, write the manifest, decide the outcome. */
import { proxyActivities, workflowInfo } from "@temporalio/workflow";

import type { Activities, PublishResult } from "../../activities/index.ts";
import { isDeadline, readFailureDetails, readLastHeartbeat } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { POLICIES } from "../policies.ts";
import { buildEvidence } from "./evidence.ts";
import { type FinalizationState, throwIfCancelled } from "./state.ts";
import { setPhase } from "./status.ts";

/** `no-look`: no look at the store succeeded until `timeouts.verify`. Never `pending` with `mustDecide`. */
type VerifyResult = PublishResult | { kind: "no-look" };
type VerifyRequest = { input: ResolvedInput; mustDecide: boolean };

export async function verifyFiles(state: FinalizationState, request: VerifyRequest): Promise<VerifyResult> {
  setPhase(state, "verifying");
  const result = await state.steps.run(() => callPublish(state, request));
  if (!result.interrupted && isPublished(result.value)) return result.value; // W4
  throwIfCancelled(state);
  return result.interrupted ? { kind: "no-look" } : result.value;
}

async function callPublish(state: FinalizationState, { input, mustDecide }: VerifyRequest): Promise<VerifyResult> {
  const {
    inbox,
    log: { backup, timeline, problems },
  } = state;
  const { publishManifest } = proxyActivities<Activities>({
    ...POLICIES.publishManifest,
    startToCloseTimeout: input.timeoutsMs.verify,
    scheduleToCloseTimeout: input.timeoutsMs.verify,
    summary: `Verify the files (${input.level}) and publish the manifest`,
  });
  const { workflowId, runId } = workflowInfo();
  const log = { forced: inbox.forced, backup, timeline, problems };
  const evidence = buildEvidence(state, input);
  try {
    const checkedAt = new Date().toISOString(); // the workflow's clock, the same in a replay
    return await publishManifest({ input, evidence, log, run: { workflowId, runId }, checkedAt, mustDecide });
  } catch (error) {
    if (!isDeadline(error)) throw error;
    // An attempt may have decided and failed to write, or been ended while it wrote.
    const verdict = readFailureDetails("verdict", error)?.verdict ?? readLastHeartbeat("check", error)?.verdict;
    return verdict === undefined ? { kind: "no-look" } : { kind: "decided", verdict };
  }
}

function isPublished(result: VerifyResult): boolean {
  return result.kind === "decided" && result.verdict.manifest !== null;
}
