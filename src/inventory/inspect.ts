/**
 * One look at the bucket, with no more listings than its answer needs.
 *
 * When a recorder dies, another server continues as a failover set, and a set may be lost whole. So every set is listed, also
 * where the ones before it look complete. Only a look that asks whether the wait is over leaves them out while the recording's
 * own files grow: the wait is not over, whatever lies there.
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

  const rest = await scan(failovers.flat());
  return rest.objects.length === 0 ? inventory : takeInventory(joinScans(first, rest), expectation);
}
