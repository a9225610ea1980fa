/** The name of a track for people: whose sound and pictures it has. */
import { MODES, type RecordingMode } from "../agora/modes.ts";
import type { Manifest } from "../manifest/schema.ts";

const TYPES: Record<string, string> = { av: "audio and video" };

export function formatTrackName(
  { track, failover }: Pick<Manifest["playlists"][number], "track" | "failover">,
  mode: RecordingMode,
): string {
  const name = track === null ? MODES[mode].wholeTrack : `User ${track.uid}, ${TYPES[track.type] ?? track.type}`;
  // Agora numbers the servers that took over from 0.
  return failover === null ? name : `${name}, after failover ${failover + 1}`;
}
