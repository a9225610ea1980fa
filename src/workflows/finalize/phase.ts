/** Where the story stands, for everybody who looks: the phase, the query's answer, Temporal's card and search attributes. */
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from "@temporalio/workflow";

import type { StopEvidence } from "../../contract/evidence.ts";
import type { Status } from "../../contract/messages.ts";
import type { Phase } from "../../contract/phases.ts";
import { searchAttributes } from "../../contract/search-attributes.ts";
import type { BackupReport, StopReport } from "../../contract/stop.ts";
import { card, waitingFor } from "./details.ts";
import type { FinalizationState } from "./state.ts";

/** Enters a phase; `done` comes with the outcome. Staying in a phase is no change. */
export function enter(story: FinalizationState, phase: Phase): void {
  if (story.phase !== phase) {
    story.sinceMs = Date.now();
    story.phase = phase;
    // Before the stop a missing attribute must not hold up anything: a running recording is billed by the minute.
    if (story.searchAttributes && story.stop !== null) publishPhase(story);
  }
  const deadline = phase === "uploading" || phase === "backup" ? story.deadlineMs[phase] : null;
  setCurrentDetails(card(statusOf(story), deadline));
}

/** The workflow's own knowledge, as the query `status` tells it. */
export function statusOf(story: FinalizationState): Status {
  return {
    phase: story.phase,
    since: new Date(story.sinceMs).toISOString(),
    stop: story.stop && stopReport(story.stop),
    backup: backupReport(story),
    forced: story.forced,
    outcome: story.outcome,
    waitingFor: waitingFor(story),
  };
}

export function stopReport({ status, at, attempts, uploadingStatus }: StopEvidence): StopReport {
  return { status, at, attempts, uploadingStatus };
}

/** The backup wait so far; `null` when there was none. */
export function backupReport({ backup }: FinalizationState): BackupReport | null {
  if (backup === null) return null;
  const runningMs = backup.sinceMs === null ? 0 : Date.now() - backup.sinceMs;
  return { detectedBy: backup.detectedBy, waitedMs: backup.waitedMs + runningMs };
}

function publishPhase({ input, phase, outcome }: FinalizationState): void {
  const { sid, channel } = searchAttributes;
  const started = workflowInfo().typedSearchAttributes;
  upsertSearchAttributes([
    { key: searchAttributes.phase, value: phase },
    ...(outcome === null ? [] : [{ key: searchAttributes.outcome, value: outcome }]),
    // A caller without our client may not have set these at the start.
    ...(input === null || started.get(sid) !== undefined ? [] : [{ key: sid, value: input.recording.sid }]),
    ...(input === null || started.get(channel) !== undefined ? [] : [{ key: channel, value: input.recording.cname }]),
  ]);
}
