/**
 * A playlist as Agora writes it: HLS version 3 with tags of its own, and `#EXTINF` without the comma that RFC 8216 requires.
 * https://docs.agora.io/en/cloud-recording/develop/manage-files
 */
import { formatUtc, type RecordedTrack } from "./layout.ts";
import { SEGMENT_SECONDS } from "./media.ts";

export type PlaylistOptions = {
  /** How many of the track's segments it names, from the first. */
  shown: number;
  ended: boolean;
  comma: boolean;
  startedMs: number;
};

export function renderPlaylist(track: RecordedTrack, { shown, ended, comma, startedMs }: PlaylistOptions): string {
  const time = formatUtc(startedMs);
  const types = track.type === "audio_and_video" ? ["AUDIO", "VIDEO"] : [track.type.toUpperCase()];
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:3",
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-ALLOW-CACHE:YES",
    `#EXT-X-TARGETDURATION:${Math.ceil(SEGMENT_SECONDS)}`,
    "#EXT-X-DISCONTINUITY",
    ...types.map((type) => `#EXT-X-AGORA-TRACK-EVENT:EVENT=START,TRACK_TYPE=${type},TIME=${time}`),
  ];
  if (track.type !== "audio") lines.push(`#EXT-X-AGORA-ROTATE:WIDTH=160,HEIGHT=90,ROTATE=0,TIME=${time}`);
  const extinf = `#EXTINF:${SEGMENT_SECONDS.toFixed(6)}${comma ? "," : ""}`;
  for (const { name } of track.segments.slice(0, shown)) lines.push(extinf, name);
  if (ended) lines.push("#EXT-X-ENDLIST");
  return `${lines.join("\n")}\n`;
}
