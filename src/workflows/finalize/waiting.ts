/**
 * The steps `uploading` and `backup`: the same look at the bucket, repeated by Temporal's retry until the files are there.
 * A wait costs three history events however often it looks; only what hastens a look costs more.
 */
import { ActivityCancellationType, proxyActivities } from "@temporalio/workflow";

import type { LookRequest, Activities } from "../../activities/index.ts";
import { type Progress, progressIn } from "../../contract/progress.ts";
import type { BackupReport } from "../../contract/stop.ts";
import { isDeadline } from "../../contract/failures.ts";
import type { ResolvedInput } from "../../contract/input.ts";
import { evidence } from "./evidence.ts";
import { backupReport, enter } from "./phase.ts";
import { remember, type FinalizationState, throwIfGivenUp } from "./state.ts";
import { interruptible } from "../interrupt.ts";

type Ended = { by: "complete" | "hurry" | "backup" } | { by: "deadline"; progress: Progress | null };

/**
 * Waits until the files are there. Returns whether they are: `false` when a deadline or a force-stop ended the wait,
 * so that what is there must do.
 */
export async function waitForFiles(story: FinalizationState, input: ResolvedInput): Promise<boolean> {
  if (story.backup === null) {
    const ended = await wait(story, input, "uploading");
    if (ended.by === "complete") return true;
    if (ended.by === "hurry") return false;
    if (ended.by === "deadline") {
      // A store that answered and holds nothing of a recording that nobody named is not waited for any longer.
      if (story.backup === null && ended.progress?.looked === true && !ended.progress.known) return false;
      detectBackup(story, "inferred");
    }
  }
  const ended = await wait(story, input, "backup");
  return ended.by === "complete";
}

/** Writes down that files sit in Agora's backup cloud; the first word counts. */
export function detectBackup(story: FinalizationState, detectedBy: BackupReport["detectedBy"]): void {
  if (story.backup !== null) return;
  story.backup = { detectedBy, sinceMs: null, waitedMs: 0 };
  remember(story, detectedBy === "inferred" ? "bucket" : detectedBy, "The backup cloud holds files of this recording");
}

async function wait(story: FinalizationState, input: ResolvedInput, phase: "uploading" | "backup"): Promise<Ended> {
  const [schedule, limitMs] =
    phase === "uploading" ? [input.poll.upload, input.timeoutsMs.upload] : [input.poll.backup, input.timeoutsMs.backup];
  if (story.hurriedAtMs !== null) return { by: "hurry" };

  const deadline = (story.deadlineMs[phase] ??= Date.now() + limitMs);
  enter(story, phase);
  const since = story.sinceMs;
  if (phase === "backup" && story.backup) story.backup.sinceMs = since;
  try {
    for (;;) {
      const leftMs = deadline - Date.now();
      if (leftMs <= 0) return { by: "deadline", progress: null };
      const look = lookActivity(phase, leftMs);
      const request = { input, evidence: evidence(story, input), schedule, since: new Date(since).toISOString() };
      const ended = await interruptible(story, () => untilComplete(() => look(request)));
      throwIfGivenUp(story);
      if (!ended.cut) return ended.value;
      if (story.hurriedAtMs !== null) return { by: "hurry" };
      if (phase === "uploading" && story.backup !== null) return { by: "backup" };
      // A notification hastened the next look: look now, with what it said.
    }
  } finally {
    settleBackup(story);
  }
}

async function untilComplete(look: () => Promise<void>): Promise<Ended> {
  try {
    await look();
    return { by: "complete" };
  } catch (error) {
    if (!isDeadline(error)) throw error;
    return { by: "deadline", progress: progressIn(error) ?? null };
  }
}

function lookActivity(phase: "uploading" | "backup", limitMs: number): (request: LookRequest) => Promise<void> {
  const { awaitUpload, awaitBackup } = proxyActivities<Activities>({
    startToCloseTimeout: "2m",
    heartbeatTimeout: "30s",
    scheduleToCloseTimeout: limitMs,
    // The activity names each delay itself; these hold when a worker dies in the middle of a look.
    retry: { initialInterval: "1s", backoffCoefficient: 1.5, maximumInterval: "30s" },
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    summary: phase === "uploading" ? "Wait for the upload" : "Wait for Agora's backup cloud",
  });
  return phase === "uploading" ? awaitUpload : awaitBackup;
}

/** The wait is over: its length stands. */
function settleBackup(story: FinalizationState): void {
  const report = backupReport(story);
  if (story.backup && report)
    story.backup = { detectedBy: report.detectedBy, sinceMs: null, waitedMs: report.waitedMs };
}
