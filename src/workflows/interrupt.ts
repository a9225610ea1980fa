/** How a signal interrupts the step that runs. W1 and W2 of `finalize-recording.ts`. */
import { ActivityFailure, CancellationScope, isCancellation } from "@temporalio/workflow";

export type Interruptible<T> = { interrupted: false; value: T } | { interrupted: true };

/** Runs the steps of one workflow, one after the other. */
export class StepRunner {
  #running: CancellationScope | undefined;

  /** Interrupts the step that runs now; does nothing between steps. */
  interrupt(): void {
    this.#running?.cancel();
  }

  /** Runs a step that a signal or Temporal's cancellation can interrupt. An answer that came all the same is kept. */
  async run<T>(step: () => Promise<T>): Promise<Interruptible<T>> {
    const scope = new CancellationScope();
    this.#running = scope;
    try {
      return { interrupted: false, value: await scope.run(step) };
    } catch (error) {
      if (isInterruption(error)) return { interrupted: true };
      throw error;
    } finally {
      // A forced stop that was given up ends while a later step runs.
      if (this.#running === scope) this.#running = undefined;
    }
  }
}

/** `isCancellation` misses an activity whose last attempt failed while its cancellation was requested. */
function isInterruption(error: unknown): boolean {
  return isCancellation(error) || (error instanceof ActivityFailure && error.retryState === "CANCEL_REQUESTED");
}
