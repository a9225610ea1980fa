/**
 * One recording's story while it is told: what is known, and how a step of it can be cut short.
 *
 * Handlers only write down what they heard and interrupt the step that runs; the steps decide what that means.
 * So every race has one reading: a step ends with its answer or cut, and then looks at what was said meanwhile.
 */
import { CancellationScope, CancelledFailure } from "@temporalio/workflow";

import type { StopEvidence } from "../../contract/evidence.ts";
import type { AgoraNotification } from "../../contract/messages.ts";
import type { Phase } from "../../contract/phases.ts";
import type { Problem } from "../../contract/problem.ts";
import type { Outcome } from "../../contract/result.ts";
import type { BackupReport } from "../../contract/stop.ts";
import { nothing } from "../interrupt.ts";
import type { ResolvedInput } from "../../contract/input.ts";

/** What was learnt, when and from whom; stands in the manifest. */
export type Moment = { at: string; source: "stop" | "query" | "notification" | "bucket" | "operator"; what: string };

export type FinalizationState = {
  /** The parsed input, from the end of `validateInput` on. */
  input: ResolvedInput | null;
  searchAttributes: boolean;
  phase: Phase;
  sinceMs: number;
  stop: StopEvidence | null;
  /** When that was known here; the worker's clock, by which its report is dated, may be another. */
  stoppedAtMs: number;
  backup: { detectedBy: BackupReport["detectedBy"]; sinceMs: number | null; waitedMs: number } | null;
  /** Ends of the two waits, set when each begins, so that a wait that is taken up again does not begin anew. */
  deadlineMs: { uploading: number | null; backup: number | null };
  /** Somebody forced the stop at any time; what callers are told. */
  forced: boolean;
  /** Since when the story hurries: no grace, no waits. */
  hurriedAtMs: number | null;
  /** The signal `cancel` came. Temporal's own cancellation is the root scope's. */
  cancelled: boolean;
  /** A notification said that the session is over. */
  sessionExited: boolean;
  /** Notifications that may name files. */
  notifications: AgoraNotification[];
  timeline: Moment[];
  /** Warnings that came by notification. */
  problems: Problem[];
  outcome: Outcome | null;
  /** What the workflow fails with, for callers who still wait for an update. */
  failed: { with: unknown } | null;
  /** Cuts the step that runs now; does nothing between steps. */
  interrupt: () => void;
};

export function initialState(): FinalizationState {
  return {
    input: null,
    searchAttributes: false,
    phase: "stopping",
    sinceMs: Date.now(),
    stop: null,
    stoppedAtMs: 0,
    backup: null,
    deadlineMs: { uploading: null, backup: null },
    forced: false,
    hurriedAtMs: null,
    cancelled: false,
    sessionExited: false,
    notifications: [],
    timeline: [],
    problems: [],
    outcome: null,
    failed: null,
    interrupt: nothing,
  };
}

/** Whether somebody gave up on this recording: by our signal, or by Temporal's cancellation. */
export function isGivenUp(story: FinalizationState): boolean {
  return story.cancelled || CancellationScope.current().consideredCancelled;
}

/** Ends the story where it is when somebody gave up on it. */
export function throwIfGivenUp(story: FinalizationState): void {
  if (isGivenUp(story)) throw new CancelledFailure("The recording was given up");
}

export function remember(story: FinalizationState, source: Moment["source"], what: string): void {
  story.timeline.push({ at: new Date().toISOString(), source, what });
}
