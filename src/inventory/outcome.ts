import { isAbsence } from "../checks/checks.ts";
import type { Problem } from "../contract/problem.ts";
import type { Outcome } from "../contract/result.ts";
import type { Inventory } from "../recording/types.ts";

/**
 * Decides the outcome from the files; the first line that holds. `problems`: the inventory's, and those of the level's checks.
 * `agoraNamedOrClaimed`: Agora named a file, or said `uploaded` or `backuped`.
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
  if (!inventory.complete || problems.some(isAbsence)) return "incomplete";
  return problems.some(({ severity }) => severity === "error") ? "damaged" : "verified";
}
