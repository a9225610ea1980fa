/** What only shows when files are held against each other, from level `probe` on. */
import { findWrongTotal } from "../checks/duration.ts";
import { findDisorderedTimes } from "../checks/order.ts";
import { type Comparison, findRepeats } from "../checks/repeats.ts";
import type { Problem } from "../contract/problem.ts";
import type { Inventory, PlaylistEntry } from "../recording/types.ts";

/** The segments of one playlist must play one after the other, and none of them twice. */
export async function compareSegments(playlist: PlaylistEntry, comparison: Comparison): Promise<Problem[]> {
  const repeats = await findRepeats(playlist.segments, { check: "segment-repeated", ...comparison });
  return [...findDisorderedTimes(playlist, comparison.facts), ...repeats];
}

/**
 * The MP4s must differ, and together play as long as all playlists of a mix. Which of them is longer by how much tells what
 * it means: an MP4's header counts the frames of its longest track, a playlist the lengths that were cut.
 */
export async function compareMp4s(inventory: Inventory, comparison: Comparison): Promise<Problem[]> {
  const repeats = await findRepeats(inventory.mp4s, { check: "mp4-repeated", ...comparison });
  return [...repeats, ...findWrongTotal(inventory, comparison.facts)];
}
