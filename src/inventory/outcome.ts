/** The outcome of a recording. */
import type { Problem } from "../contract/problem.ts";
import type { Outcome } from "../contract/result.ts";
import type { Inventory } from "../recording/types.ts";

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
