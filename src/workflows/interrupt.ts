/** How a signal cuts the step that runs. */
import { ActivityFailure, CancellationScope, isCancellation } from "@temporalio/workflow";

/** Its `interrupt` cuts the step that runs now, and does nothing between steps. */
export type Interruptible = { interrupt: () => void };

export type Step<T> = { cut: false; value: T } | { cut: true };

/** Runs a step that a signal or Temporal's cancellation can cut. An answer that came all the same is kept. */
export async function interruptible<T>(story: Interruptible, step: () => Promise<T>): Promise<Step<T>> {
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

/** `isCancellation` misses an activity whose last attempt failed while its cancellation was under way. */
function wasCut(error: unknown): boolean {
  return isCancellation(error) || (error instanceof ActivityFailure && error.retryState === "CANCEL_REQUESTED");
}

export function nothing(): void {
  // between two steps there is nothing to cut
}
