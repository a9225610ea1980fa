/**
 * One recording's story while it is told: what is known, and how a step of it can be cut short.
 *
 * Handlers only write down what they heard and interrupt the step that runs; the steps decide what that means.
 * So every race has one reading: a step ends with its answer or cut, and then looks at what was said meanwhile.
 */
import { ActivityFailure, CancellationScope, CancelledFailure, isCancellation } from "@temporalio/workflow";

import type { AgoraNotification, BackupReport, Outcome, Phase, Problem, StopEvidence } from "../../contract/result.ts";
import type { Finalization } from "../../contract/input.ts";

/** What was learnt, when and from whom; stands in the manifest. */
export type Moment = { at: string; source: "stop" | "query" | "notification" | "bucket" | "operator"; what: string };

export type Story = {
  /** The parsed input, from the end of `validateInput` on. */
  input: Finalization | null;
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

export function newStory(): Story {
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

export type Step<T> = { cut: false; value: T } | { cut: true };

/** Runs a step that a signal or Temporal's cancellation can cut. An answer that came all the same is kept. */
export async function interruptible<T>(story: Story, step: () => Promise<T>): Promise<Step<T>> {
  const scope = new CancellationScope();
  const interrupt = () => scope.cancel();
  story.interrupt = interrupt;
  try {
    return { cut: false, value: await scope.run(step) };
  } catch (error) {
    if (wasCut(error)) return { cut: true };
    throw error;
  } finally {
    // A stop that was left behind ends while a later step runs.
    if (story.interrupt === interrupt) story.interrupt = nothing;
  }
}

/** Whether somebody gave up on this recording: by our signal, or by Temporal's cancellation. */
export function isGivenUp(story: Story): boolean {
  return story.cancelled || CancellationScope.current().consideredCancelled;
}

/** Ends the story where it is when somebody gave up on it. */
export function throwIfGivenUp(story: Story): void {
  if (isGivenUp(story)) throw new CancelledFailure("The recording was given up");
}

export function remember(story: Story, source: Moment["source"], what: string): void {
  story.timeline.push({ at: new Date().toISOString(), source, what });
}

/** `isCancellation` misses an activity whose last attempt failed while its cancellation was under way. */
function wasCut(error: unknown): boolean {
  return isCancellation(error) || (error instanceof ActivityFailure && error.retryState === "CANCEL_REQUESTED");
}

function nothing(): void {
  // between two steps there is nothing to cut
}
