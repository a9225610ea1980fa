/**
 * The steps `uploading` and `backup`: the same look at the bucket, repeated by Temporal's retry until the files are there.
 * A wait costs three history events however often it looks; only an early look costs more.
 */
import { proxyActivities } from "@temporalio/workflow";

import type { Activities } from "../../activities/index.ts";
import type { LookDetails } from "../../contract/details.ts";
import { isDeadline, readFailureDetails } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { PHASES, type WaitPhase } from "../../contract/phases.ts";
import { POLICIES } from "../policies.ts";
import { buildEvidence } from "./evidence.ts";
import { type FinalizationState, throwIfCancelled } from "./state.ts";
import { setPhase } from "./status.ts";

type WaitResult = { kind: "complete" | "forced" | "backup-detected" } | { kind: "deadline"; seen: LookDetails | null };

/** Returns whether the files are there: `false` when a deadline or a force-stop ended the wait. */
export async function waitForFiles(state: FinalizationState, input: ResolvedInput): Promise<boolean> {
  const { log } = state;
  if (log.backup === null) {
    const result = await pollUntil(state, { input, phase: "uploading" });
    if (result.kind === "complete") return true;
    if (result.kind === "forced") return false;
    if (result.kind === "deadline" && log.backup === null) {
      // A store that answered and holds nothing of a recording that Agora did not name is not waited for any longer.
      if (result.seen?.storeAnswered === true && !result.seen.recordingKnown) return false;
      log.recordBackup("inferred");
    }
  }
  const result = await pollUntil(state, { input, phase: "backup" });
  return result.kind === "complete";
}

async function pollUntil(
  state: FinalizationState,
  { input, phase }: { input: ResolvedInput; phase: WaitPhase },
): Promise<WaitResult> {
  const { log, clock, steps } = state;
  const { wait } = PHASES[phase];
  if (clock.isForced) return { kind: "forced" };

  const deadlineMs = clock.startDeadline(phase, input.timeoutsMs[wait]);
  setPhase(state, phase);
  const waitStartedAt = new Date(clock.phaseSinceMs).toISOString();
  if (phase === "backup") log.startBackupWait(clock.phaseSinceMs);
  try {
    for (;;) {
      const leftMs = deadlineMs - Date.now();
      if (leftMs <= 0) return { kind: "deadline", seen: null };
      const look = proxyLook(phase, leftMs);
      const request = { input, evidence: buildEvidence(state, input), schedule: input.poll[wait], waitStartedAt };
      const result = await steps.run(() => catchDeadline(look(request)));
      throwIfCancelled(state);
      if (!result.interrupted) return result.value;
      if (clock.isForced) return { kind: "forced" };
      if (phase === "uploading" && log.backup !== null) return { kind: "backup-detected" };
      // A notification brought the next look forward: look now, with what it said.
    }
  } finally {
    log.endBackupWait();
  }
}

async function catchDeadline(look: Promise<void>): Promise<WaitResult> {
  try {
    await look;
    return { kind: "complete" };
  } catch (error) {
    if (!isDeadline(error)) throw error;
    return { kind: "deadline", seen: readFailureDetails("look", error) ?? null };
  }
}

function proxyLook(phase: WaitPhase, scheduleToCloseTimeout: number): Activities["awaitUpload"] {
  const { activity } = PHASES[phase];
  return proxyActivities<Activities>({ ...POLICIES[activity], scheduleToCloseTimeout })[activity];
}
