/**
 * One look at the bucket, with no more listings than its answer needs.
 *
 * A recorder that died is continued by another server, whose files are a failover set. Its sets are not listed while the
 * recording's own files grow, in a look that only asks whether the waiting is over: it is not, whatever lies there. Else the
 * first failover's set is always listed, and the later ones unless the own files are complete and the first set is empty:
 * a server that dies while it records leaves a playlist without an end, so the loss of a whole set shows in the one before.
 */
import type { Bucket } from "../bucket/bucket.ts";
import type { Expectation, Inventory } from "../recording/types.ts";
import { takeInventory } from "./inventory.ts";
import { recordingKeys } from "../recording/keys.ts";
import { joinScans, scanRecording } from "./scan.ts";
import { mayStillGrow, type QuietRule } from "./completion.ts";

export type InspectOptions = {
  signal: AbortSignal;
  /** Given by a look that only asks whether the waiting is over. */
  quietRule?: QuietRule;
};

/** Looks once. Throws the port's `BucketError` when the store did not show all that was asked of it. */
export async function inspectRecording(
  bucket: Bucket,
  expectation: Expectation,
  { signal, quietRule }: InspectOptions,
): Promise<Inventory> {
  const naming = recordingKeys(expectation);
  const { own, failovers } = naming.listingPrefixes;
  const survey = async (prefixes: string[]) => scanRecording(bucket, { naming, prefixes }, signal);

  const first = await survey(own);
  const inventory = takeInventory(first, expectation);
  if (quietRule !== undefined && mayStillGrow({ inventory, expectation, ...quietRule })) return inventory;

  const isWhole = inventory.complete && inventory.newest !== null;
  const [next = [], ...later] = failovers;
  const second = await survey(isWhole ? next : failovers.flat());
  if (second.objects.length === 0) return inventory;
  const both = joinScans(first, second);
  return takeInventory(isWhole ? joinScans(both, await survey(later.flat())) : both, expectation);
}
