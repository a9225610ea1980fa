/** State of one finalization: three owners, whose verbs handlers and steps call, and the step that runs. */
import { CancellationScope, CancelledFailure } from "@temporalio/workflow";

import type { ValidatedInput } from "../../activities/index.ts";
import { StepRunner } from "../interrupt.ts";
import { Clock } from "./clock.ts";
import { Inbox } from "./inbox.ts";
import { Log } from "./log.ts";

export type FinalizationState = {
  /** `null` until `validateInput` has ended. */
  validated: ValidatedInput | null;
  readonly inbox: Inbox;
  readonly log: Log;
  readonly clock: Clock;
  readonly steps: StepRunner;
};

export function initialState(): FinalizationState {
  return { validated: null, inbox: new Inbox(), log: new Log(), clock: new Clock(), steps: new StepRunner() };
}

export function acceptInput(state: FinalizationState, validated: ValidatedInput): void {
  state.validated = validated;
}

/** Whether the finalization is cancelled: by our signal, or by Temporal's cancellation. */
export function isCancelled({ inbox }: FinalizationState): boolean {
  return inbox.cancelled || CancellationScope.current().consideredCancelled;
}

export function throwIfCancelled(state: FinalizationState): void {
  if (isCancelled(state)) throw new CancelledFailure("The recording was given up");
}
