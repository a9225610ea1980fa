/** Whether the recording is complete. Pure: no clock is read, and the store's own clock decides how old a file is. */
import { MODES } from "../agora/modes.ts";
import type { Expectation, Inventory } from "../recording/types.ts";
import { showsSessionEnd } from "./session-end.ts";

export type Completion =
  | { done: true }
  | {
      done: false;
      /** For people. */
      waitingFor: string[];
      /** When only time is missing: how much of it must pass before another look can succeed. */
      notBeforeMs?: number;
      /** Nothing else is missing, and no later look at the files can show more: only Agora knows whether the session has ended. */
      onlyAgoraKnows?: true;
    };

/**
 * How long a recording may still grow: how long its session may live, and how old its newest file must be. `unproven`: no
 * stop is known to have reached it, so that time alone ends nothing.
 */
export type QuietRule = { sessionLeftMs: number | "unproven"; quietMs: number };

export type CompletionInput = QuietRule & { inventory: Inventory; expectation: Expectation };

/** Checks whether all files are there and no more will come. */
export function checkCompletion(input: CompletionInput): Completion {
  const { inventory, expectation, quietMs } = input;
  if (!inventory.complete) return { done: false, waitingFor: inventory.waitingFor };
  const { sessionMs, quietLeftMs } = computeRemaining(input);
  if (lacksSessionEnd(input)) {
    const onlyAgoraKnows = quietLeftMs <= 0 && !MODES[expectation.mode].playlistsProveEnd;
    return { done: false, waitingFor: ["proof that the session has ended"], ...(onlyAgoraKnows && { onlyAgoraKnows }) };
  }
  if (sessionMs <= 0 && quietLeftMs <= 0) return { done: true };

  const waitingFor: string[] = [];
  if (sessionMs > 0) waitingFor.push("the end of the session");
  if (quietLeftMs > 0) waitingFor.push(`${quietMs / 1000} s without a new file`);
  return { done: false, waitingFor, notBeforeMs: Math.max(sessionMs, quietLeftMs) };
}

/** Whether nothing proves that the session has ended: neither Agora, nor the files in a mode where they can. */
export function lacksSessionEnd({ inventory, expectation, sessionLeftMs }: CompletionInput): boolean {
  if (sessionLeftMs !== "unproven" || expectation.namedIsFinal) return false;
  return !showsSessionEnd(inventory, expectation.mode);
}

/** Whether files were found and more may come, so that the recording is not complete whatever else is there. */
export function mayStillGrow(input: CompletionInput): boolean {
  const { sessionMs, quietLeftMs } = computeRemaining(input);
  return input.inventory.newest !== null && (sessionMs > 0 || quietLeftMs > 0);
}

/**
 * A final list says by itself that no more files will come. Without one, a complete recording may still grow (a late
 * user's track, another MP4) until the session has ended and the newest object has not changed for `quietMs`.
 */
function computeRemaining({ inventory, expectation, sessionLeftMs, quietMs }: CompletionInput) {
  if (expectation.namedIsFinal) return { sessionMs: 0, quietLeftMs: 0 };
  const nowMs = Date.parse(inventory.storeTime);
  const quietLeftMs = inventory.newest === null ? 0 : Date.parse(inventory.newest) + quietMs - nowMs;
  return { sessionMs: sessionLeftMs === "unproven" ? 0 : sessionLeftMs, quietLeftMs };
}
