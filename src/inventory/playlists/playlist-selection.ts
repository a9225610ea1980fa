/**
 * Which of several playlists of one stem is in force.
 *
 * When Agora's backup cloud delivers files late, it sends the playlist as `<stem>_<tick>_<index>.m3u8`, so that it does not
 * overwrite a newer one. The rule is Agora's: take the one with the highest index, compare it with the plain one, and choose
 * the larger. Source: https://docs.agora.io/en/cloud-recording/develop/manage-files
 */
import type { ReadPlaylist } from "../scan.ts";

/** A playlist found; `backup` is what its name appends, `null` for the plain one. */
export type Candidate = { playlist: ReadPlaylist; backup: { tick: string; index: number } | null };

/** At least one. */
export type Candidates = [Candidate, ...Candidate[]];

/** The playlist in force, and why, for people. */
type PlaylistSelection = { playlist: ReadPlaylist; because: string };

/** Chooses among the playlists of one stem. */
export function selectPlaylist([first, ...others]: Candidates): PlaylistSelection {
  if (others.length === 0) return { playlist: first.playlist, because: "the only one" };

  const plain = [first, ...others].find(({ backup }) => backup === null)?.playlist;
  const newest = others.reduce(pickNewer, first).playlist;
  if (plain === undefined) return { playlist: newest, because: "the highest index" };
  return newest.sizeBytes > plain.sizeBytes
    ? { playlist: newest, because: "the highest index, and larger than the plain one" }
    : { playlist: plain, because: "the plain one, and not smaller than the one with the highest index" };
}

/** Two servers may have counted to the same index: then the later tick counts, a number without leading zeros. */
function pickNewer(a: Candidate, b: Candidate): Candidate {
  if (a.backup === null || b.backup === null) return a.backup === null ? b : a;
  if (a.backup.index !== b.backup.index) return a.backup.index > b.backup.index ? a : b;
  return BigInt(a.backup.tick) > BigInt(b.backup.tick) ? a : b;
}
