/**
 * What a playlist says, in one shape: a media playlist of HLS, a playlist of playlists, or an MPD of DASH. Agora writes the
 * second for a user with two tracks (stream mode `standard`), and the third where a web sender used VP8 or VP9.
 */
import type { ParsedName } from "../../agora/names/file-names.ts";
import type { MpdCheck } from "../../media/dash/findings.ts";
import { MAX_MPD_BYTES, parseMpd } from "../../media/dash/mpd.ts";
import type { PlaylistCheck } from "../../media/hls/faults.ts";
import type { MasterPlaylistCheck } from "../../media/hls/master-findings.ts";
import { isMasterPlaylist, parseMasterPlaylist } from "../../media/hls/master-playlist.ts";
import { MAX_PLAYLIST_BYTES, parsePlaylist, rejectTooLarge } from "../../media/hls/media-playlist.ts";
import type { IsOwnName } from "../../media/hls/uri.ts";
import type { ParsedPlaylist } from "../../media/hls/types.ts";

export type PlaylistText = Omit<ParsedPlaylist, "faults"> & {
  /** Absent: a media playlist of HLS. */
  form?: "master" | "mpd";
  /** Playlists that it names, as written. */
  playlists: string[];
  faults: TextFault[];
};

export type TextFault = {
  check: PlaylistCheck | MasterPlaylistCheck | MpdCheck;
  /** `null`: in no single line. */
  line: number | null;
  observed: string;
};

const EMPTY = { targetDurationSeconds: null, segments: [], durationSeconds: 0, playlists: [] };

/** A larger one is not fetched. */
export function getMaxPlaylistBytes(name: ParsedName): number {
  return isMpd(name) ? MAX_MPD_BYTES : MAX_PLAYLIST_BYTES;
}

/** Parses a playlist's bytes as its name says. Never throws. `isOwnName`: whether a name is one that Agora gives in this recording. */
export function parsePlaylistText(
  bytes: Uint8Array,
  { name, isOwnName }: { name: ParsedName; isOwnName: IsOwnName },
): PlaylistText {
  if (isMpd(name)) return parseMpdText(bytes, isOwnName);
  if (name.track?.type === "av" && isMasterPlaylist(bytes)) return parseMasterText(bytes, isOwnName);
  return { ...parsePlaylist(bytes, isOwnName), playlists: [] };
}

/** The result for a playlist that is larger than `getMaxPlaylistBytes`. */
export function rejectTooLargeText(name: ParsedName, sizeBytes: number): PlaylistText {
  if (!isMpd(name)) return { ...rejectTooLarge(sizeBytes), playlists: [] };
  const fault = { check: "mpd-unreadable" as const, line: null, observed: `${sizeBytes} bytes` };
  return { ...EMPTY, form: "mpd", ended: false, faults: [fault] };
}

/** It has no end tag, because it is written once. One that names nothing may still be replaced. */
function parseMasterText(bytes: Uint8Array, isOwnName: IsOwnName): PlaylistText {
  const { playlists, findings } = parseMasterPlaylist(bytes, isOwnName);
  const uris = playlists.map(({ uri }) => uri);
  const faults = findings.map(({ check, line, observed }) => ({ check, line, observed }));
  return { ...EMPTY, form: "master", ended: uris.length > 0, playlists: uris, faults };
}

function parseMpdText(bytes: Uint8Array, isOwnName: IsOwnName): PlaylistText {
  const { ended, durationSeconds, files, findings } = parseMpd(bytes, isOwnName);
  const segments = files.map((file) => ({
    uri: file.uri,
    durationSeconds: file.durationSeconds ?? 0,
    discontinuity: false,
  }));
  const faults = findings.map(({ check, observed }) => ({ check, line: null, observed }));
  return { ...EMPTY, form: "mpd", ended, segments, durationSeconds: durationSeconds ?? 0, faults };
}

function isMpd(name: ParsedName): boolean {
  return name.kind === "playlist" && name.format === "mpd";
}
