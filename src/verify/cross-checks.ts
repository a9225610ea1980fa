/** What only shows when files are compared with each other, from level `probe` on. */
import { findWrongTotal } from "../checks/duration.ts";
import { findDisorderedTimes } from "../checks/order.ts";
import { type Comparison, findRepeats } from "../checks/repeats.ts";
import type { Problem } from "../contract/problem.ts";
import { FILE_KINDS } from "../recording/file-kinds.ts";
import type { Inventory, PlaylistEntry } from "../recording/types.ts";

/** The segments of one playlist must play one after the other, and none of them twice. */
export async function compareSegments(playlist: PlaylistEntry, comparison: Comparison): Promise<Problem[]> {
  const repeats = await findRepeats(playlist.segments, { check: FILE_KINDS.segment.checks.repeated, ...comparison });
  return [...findDisorderedTimes(playlist, comparison.results), ...repeats];
}

/** The MP4s must differ, and together play as long as all playlists of a mix. */
export async function compareMp4s(inventory: Inventory, comparison: Comparison): Promise<Problem[]> {
  const repeats = await findRepeats(inventory.mp4s, { check: FILE_KINDS.mp4.checks.repeated, ...comparison });
  return [...repeats, ...findWrongTotal(inventory, comparison.results)];
}
