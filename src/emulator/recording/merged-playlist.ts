/**
 * What stream mode `standard` writes beside a user's tracks: a playlist that names theirs, or an MPD that names the WebM of a
 * web sender. Agora publishes neither's text; apps that repair such playlists expect comments and the names of both tracks,
 * also of one that was never sent. https://docs.agora.io/en/cloud-recording/reference/stream-mode
 */
import type { RecordedTrack } from "./layout.ts";
import { SEGMENT_SECONDS } from "./media.ts";

export type MergedPlaylist = {
  /** The object's name under the prefix. */
  name: string;
  uid: string;
  format: "m3u8" | "mpd";
  /** The names of the playlists of sound and of pictures, whether or not they exist. */
  audio: string;
  video: string;
  tracks: RecordedTrack[];
};

export function renderMergedPlaylist(merged: MergedPlaylist): string {
  return merged.format === "mpd" ? renderMpd(merged) : renderMaster(merged);
}

function renderMaster({ audio, video }: MergedPlaylist): string {
  const lines = [
    "#EXTM3U",
    "#EXT-X-VERSION:4",
    "# Audio",
    `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",AUTOSELECT=YES,DEFAULT=YES,URI="${audio}"`,
    "# Video",
    `#EXT-X-STREAM-INF:BANDWIDTH=500000,AUDIO="audio"`,
    video,
  ];
  return `${lines.join("\n")}\n`;
}

/** Each set of the MPD is a track (ISO/IEC 23009-1, 5.3.9.3). */
function renderMpd({ tracks }: MergedPlaylist): string {
  const longest = Math.max(...tracks.map(({ segments }) => segments.length));
  const sets = tracks.map(({ type, segments }) => {
    const urls = segments.map(({ name }) => `<SegmentURL media="${escapeXml(name)}"/>`).join("");
    const list = `<SegmentList timescale="1000" duration="${SEGMENT_SECONDS * 1000}">${urls}</SegmentList>`;
    return `<AdaptationSet mimeType="${type}/webm"><Representation id="${type}" bandwidth="500000">${list}</Representation></AdaptationSet>`;
  });
  const duration = `PT${(longest * SEGMENT_SECONDS).toFixed(3)}S`;
  const opening = `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="${duration}">`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${opening}<Period>${sets.join("")}</Period></MPD>\n`;
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
