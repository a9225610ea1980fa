/** Whether the recording is complete. Pure: no clock is read, and how old a file is the store's own clock says. */
import type { Expectation, Inventory } from "../recording/types.ts";

export type Completion =
  | { done: true }
  | {
      done: false;
      /** For people. */
      waitingFor: string[];
      /** When only time is missing: how much of it has to pass before another look can succeed. */
      notBeforeMs?: number;
    };

/** For how long a recording may still grow: how much longer its session may live, and the age at which its newest file is quiet. */
export type QuietRule = { sessionLeftMs: number; quietMs: number };

type CompletionInput = QuietRule & { inventory: Inventory; expectation: Expectation };

/** Whether the files are all there and no more are to come. */
export function checkCompletion({ inventory, ...moment }: CompletionInput): Completion {
  if (!inventory.complete) return { done: false, waitingFor: inventory.waitingFor };
  const { sessionMs, stillMs } = remaining({ inventory, ...moment });
  if (sessionMs <= 0 && stillMs <= 0) return { done: true };

  const waitingFor = [
    ...(sessionMs > 0 ? ["the end of the session"] : []),
    ...(stillMs > 0 ? [`${moment.quietMs / 1000} s without a new file`] : []),
  ];
  return { done: false, waitingFor, notBeforeMs: Math.max(sessionMs, stillMs) };
}

/** Whether files were found and more may come, so that the recording cannot be settled whatever else is there. */
export function mayStillGrow(moment: CompletionInput): boolean {
  const { sessionMs, stillMs } = remaining(moment);
  return moment.inventory.newest !== null && (sessionMs > 0 || stillMs > 0);
}

/**
 * An authoritative list says by itself that no more is to come. Without one, a complete recording may still grow (a late
 * user's track, another MP4) until the session is over, and the newest object has not changed for `quietMs`.
 */
function remaining({ inventory, expectation, sessionLeftMs, quietMs }: CompletionInput): {
  sessionMs: number;
  stillMs: number;
} {
  if (expectation.namedIsFinal) return { sessionMs: 0, stillMs: 0 };
  const nowMs = Date.parse(inventory.storeTime);
  const stillMs = inventory.newest === null ? 0 : Date.parse(inventory.newest) + quietMs - nowMs;
  return { sessionMs: sessionLeftMs, stillMs };
}
