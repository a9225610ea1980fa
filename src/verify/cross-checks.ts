/** What only shows when files are compared with each other, from level `probe` on. */
import { findWrongTotal } from "../checks/duration.ts";
import { findDisorderedTimes } from "../checks/order.ts";
import { type Comparison, findRepeatedSegments, findRepeats, findSharedMedia } from "../checks/repeats.ts";
import { findWrongKind } from "../checks/track-kind.ts";
import type { Problem } from "../contract/problem.ts";
import { FILE_KINDS } from "../recording/file-kinds.ts";
import type { Inventory, PlaylistEntry } from "../recording/types.ts";

/** The segments of one playlist must be what it is named as, play one after the other, and none of them twice. */
export async function compareSegments(playlist: PlaylistEntry, comparison: Comparison): Promise<Problem[]> {
  const { results } = comparison;
  const repeats = await findRepeatedSegments(playlist, comparison);
  return [...findWrongKind(playlist, results), ...findDisorderedTimes(playlist, results), ...repeats];
}

/** Each playlist must have media of its own. */
export async function comparePlaylists({ playlists }: Inventory, comparison: Comparison): Promise<Problem[]> {
  return findSharedMedia(playlists, comparison);
}

/** The MP4s must differ, and together play as long as all playlists of a mix. */
export async function compareMp4s(inventory: Inventory, comparison: Comparison): Promise<Problem[]> {
  const repeats = await findRepeats(inventory.mp4s, { check: FILE_KINDS.mp4.checks.repeated, ...comparison });
  return [...repeats, ...findWrongTotal(inventory, comparison.results)];
}
