/** What the files say of the session: in modes with one recording for everybody, their playlists show its end. */
import { MODES, type RecordingMode } from "../agora/modes.ts";
import type { Inventory } from "../recording/types.ts";

/** A failover takes 90 s, in which the first server's playlist may be final while nothing of the next server is there. */
const SETTLED_MS = 180_000;

type Found = Pick<Inventory, "playlists" | "problems" | "newest" | "storeTime">;

/**
 * Whether the newest server's playlists are there and final, and nothing of the recording has changed for three minutes by
 * the store's clock. A failover's server may have sent segments before its first playlist; then a playlist is missing, and
 * those that are there end nothing. Never in a mode with tracks by user: a user's playlist ends when that user leaves.
 */
export function showsSessionEnd({ playlists, problems, newest, storeTime }: Found, mode: RecordingMode): boolean {
  if (!MODES[mode].playlistsProveEnd || newest === null) return false;
  if (Date.parse(storeTime) - Date.parse(newest) < SETTLED_MS) return false;
  if (problems.some(({ check }) => check === "playlist-missing")) return false;
  const latest = playlists.filter(({ superseded }) => !superseded);
  return latest.length > 0 && latest.every(({ ended }) => ended);
}
