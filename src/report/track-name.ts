/** Whose sound and pictures a playlist holds, for people. */
import type { Manifest } from "../manifest/schema.ts";

const TYPES: Record<string, string> = { av: "audio and video" };

export function formatTrackName(
  { track, failover }: Pick<Manifest["playlists"][number], "track" | "failover">,
  mode: Manifest["recording"]["mode"],
): string {
  const whole = mode === "web" ? "Web page" : "Mix of all users";
  const name = track === null ? whole : `User ${track.uid}, ${TYPES[track.type] ?? track.type}`;
  // Agora numbers the servers that took over from 0.
  return failover === null ? name : `${name}, after failover ${failover + 1}`;
}
