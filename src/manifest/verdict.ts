/** When the waiting is over, and what came of it. Pure: no clock is read, and how old a file is the store's own clock says. */
import type { Outcome, Problem } from "../contract.ts";
import type { Expectation, Inventory } from "./entries.ts";

export type Settlement =
  | { done: true }
  | {
      done: false;
      /** For people. */
      waitingFor: string[];
      /** When only time is missing: how much of it has to pass before another look can succeed. */
      notBeforeMs?: number;
    };

/**
 * Whether the files are all there and no more are to come.
 * An authoritative list settles that by itself. Without one, a complete recording may still grow (a late user's track,
 * another MP4): then the session must be over (`sessionLeftMs` is zero), and the newest object unchanged for `quietMs`.
 */
export function settled({
  inventory,
  expectation,
  sessionLeftMs,
  quietMs,
}: {
  inventory: Inventory;
  expectation: Expectation;
  sessionLeftMs: number;
  quietMs: number;
}): Settlement {
  if (!inventory.complete) return { done: false, waitingFor: inventory.waitingFor };
  if (expectation.authoritative) return { done: true };

  const nowMs = Date.parse(inventory.storeTime);
  const stillMs = inventory.newest === null ? 0 : Date.parse(inventory.newest) + quietMs - nowMs;
  if (sessionLeftMs <= 0 && stillMs <= 0) return { done: true };

  const waitingFor = [
    ...(sessionLeftMs > 0 ? ["the end of the session"] : []),
    ...(stillMs > 0 ? [`${quietMs / 1000} s without a new file`] : []),
  ];
  return { done: false, waitingFor, notBeforeMs: Math.max(sessionLeftMs, stillMs) };
}

/**
 * The outcome as the files decide it, first line that holds. `problems` are the inventory's and those of the checks at
 * the level asked; `agoraNamedOrClaimed`: Agora named a file, or said `uploaded` or `backuped`.
 */
export function decideOutcome({
  inventory,
  problems,
  saidNothingRecorded,
  agoraNamedOrClaimed,
}: {
  inventory: Inventory;
  problems: Problem[];
  saidNothingRecorded: boolean;
  agoraNamedOrClaimed: boolean;
}): Exclude<Outcome, "cancelled" | "unverified"> {
  if (inventory.newest === null) {
    if (saidNothingRecorded) return "empty";
    return agoraNamedOrClaimed ? "lost" : "not-found";
  }
  if (!inventory.complete) return "incomplete";
  return problems.some(({ severity }) => severity === "error") ? "damaged" : "verified";
}
