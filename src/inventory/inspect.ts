/**
 * One look at the bucket, with no more listings than its answer needs.
 *
 * When a recorder dies, another server continues as a failover set. A look that only asks whether the wait is over does not
 * list failover sets while the recording's own files grow: the wait is not over, whatever lies there. Otherwise the first
 * failover set is always listed, and the later ones unless the own files are complete and the first set is empty: a server
 * that dies leaves a playlist without an end, so the loss of a whole set shows in the set before.
 */
import type { Expectation, Inventory, StoreReader } from "../recording/types.ts";
import { takeInventory } from "./inventory.ts";
import { recordingKeys } from "../recording/keys.ts";
import { joinScans, scanRecording } from "./scan.ts";
import { mayStillGrow, type QuietRule } from "./completion.ts";

export type InspectRequest = {
  expectation: Expectation;
  /** Given by a look that only asks whether the wait is over. */
  quietRule?: QuietRule;
};

/** Looks once. Throws the port's `BucketError` when the store does not show everything asked of it. */
export async function inspectRecording(
  reader: StoreReader,
  { expectation, quietRule }: InspectRequest,
): Promise<Inventory> {
  const keys = recordingKeys(expectation);
  const { own, failovers } = keys.listingPrefixes;
  const scan = async (prefixes: string[]) => scanRecording(reader, { keys, prefixes });

  const first = await scan(own);
  const inventory = takeInventory(first, expectation);
  if (quietRule !== undefined && mayStillGrow({ inventory, expectation, ...quietRule })) return inventory;

  const isComplete = inventory.complete && inventory.newest !== null;
  const [next = [], ...later] = failovers;
  const second = await scan(isComplete ? next : failovers.flat());
  if (second.objects.length === 0) return inventory;
  const both = joinScans(first, second);
  return takeInventory(isComplete ? joinScans(both, await scan(later.flat())) : both, expectation);
}
