/** The objects of a scan, grouped into what they are: tracks with their playlists and segments, and standalone files. */
import { buildStem, type ParsedName, type PlaylistFormat } from "../agora/names/file-names.ts";
import type { StoredObject } from "../bucket/bucket.ts";
import { mapStandalone, type StandaloneList } from "../recording/file-kinds.ts";
import type { ParsedKey, RecordingKeys } from "../recording/keys.ts";
import { findUnnumbered } from "./numbered-files.ts";
import type { Candidate } from "./playlists/playlist-selection.ts";
import type { Scan } from "./scan.ts";

/** An object of the recording and its parsed key. */
export type FoundFile = { object: StoredObject; parsed: ParsedKey };

/** Everything of one stem that calls for a playlist. The MPD of a stem is a track of its own: its WebM may be of other stems. */
export type Track = {
  parsed: ParsedKey;
  format: PlaylistFormat;
  /** The key by which Agora named the playlist. */
  namedAs: string | null;
  candidates: Candidate[];
  segments: StoredObject[];
};

export type FoundFiles = Record<StandaloneList, FoundFile[]> & {
  /** Every object found, by key. */
  objects: Map<string, StoredObject>;
  /** The keys that parse as the recording's. */
  keys: Set<string>;
  /** By `trackId`. */
  tracks: Map<string, Track>;
  /** Files of an unknown kind that Agora named. */
  others: StoredObject[];
  /** The last failover that left a playlist of a track, by `trackId`. */
  lastPlaylists: Map<string, number>;
};

/** Groups a scan. Everything keeps the order of the keys. */
export function groupFiles(scan: Scan, keys: RecordingKeys): FoundFiles {
  const objects = new Map(scan.objects.map((object) => [object.key, object]));
  const parsedFiles = scan.objects.flatMap((object) => {
    const parsed = keys.parseKey(object.key);
    return parsed === undefined ? [] : [{ object, parsed }];
  });
  const strays = findUnnumbered(
    parsedFiles.map(({ parsed }) => parsed),
    new Set(keys.named.map(({ key }) => key)),
  );
  const files = parsedFiles.filter(({ object }) => !strays.has(object.key));
  const tracks = groupTracks(files, { scan, keys });
  return {
    objects,
    keys: new Set(files.map(({ object }) => object.key)),
    tracks,
    ...mapStandalone((kind) => files.filter(({ parsed }) => parsed.file.kind === kind)),
    others: keys.named.flatMap(({ key, parsed }) => (parsed === null ? (objects.get(key) ?? []) : [])),
    lastPlaylists: findLastPlaylists(tracks),
  };
}

/** The failover set as a number that grows with time: -1 for the first server's files. */
export function failoverNumber({ failover }: ParsedName): number {
  return failover ?? -1;
}

/** Whether a later server left a playlist of the same track. */
export function isSuperseded({ lastPlaylists }: FoundFiles, parsed: ParsedKey): boolean {
  return failoverNumber(parsed.file) < (lastPlaylists.get(mergedTrackId(parsed)) ?? -1);
}

/** The id of a stem's track. */
export function trackId(stem: string, format: PlaylistFormat): string {
  return `${stem}.${format}`;
}

/** The user of a file with the server that recorded it; equal for all tracks of the user. */
export function userId({ directory, file: { base, failover, track } }: ParsedKey): string {
  return directory + buildStem({ base, failover, track: track && { ...track, type: null } });
}

function groupTracks(files: FoundFile[], { scan, keys }: { scan: Scan; keys: RecordingKeys }): Map<string, Track> {
  const tracks = new Map<string, Track>();
  function openTrack(parsed: ParsedKey, format: PlaylistFormat): Track {
    const id = trackId(parsed.stem, format);
    const track = tracks.get(id) ?? { parsed, format, namedAs: null, candidates: [], segments: [] };
    tracks.set(id, track);
    return track;
  }

  const playlists = new Map(scan.playlists.map((playlist) => [playlist.key, playlist]));
  for (const { object, parsed } of files) {
    const playlist = playlists.get(object.key);
    if (parsed.file.kind === "segment") openTrack(parsed, playlistFormat(parsed.file)).segments.push(object);
    if (parsed.file.kind === "playlist" && playlist !== undefined) {
      openTrack(parsed, parsed.file.format).candidates.push({ playlist, backup: parsed.file.backup });
    }
  }
  for (const { key, parsed } of keys.named) {
    if (parsed?.file.kind === "playlist") openTrack(parsed, parsed.file.format).namedAs = key;
  }
  return tracks;
}

/** Numbered segments are DASH's: only an MPD names them. */
function playlistFormat(segment: Extract<ParsedName, { kind: "segment" }>): PlaylistFormat {
  return segment.at.includes("_") ? "mpd" : "m3u8";
}

/** Of all its sets the same. */
function mergedTrackId({ base, file: { track } }: ParsedKey): string {
  return track === null ? base : `${base} ${track.type} ${track.uid}`;
}

/** Only a playlist proves that a server continued a track: of anything else a single byte may have been left. */
function findLastPlaylists(tracks: Map<string, Track>): Map<string, number> {
  const last = new Map<string, number>();
  for (const { parsed, candidates } of tracks.values()) {
    if (candidates.length === 0) continue;
    const id = mergedTrackId(parsed);
    last.set(id, Math.max(last.get(id) ?? -1, failoverNumber(parsed.file)));
  }
  return last;
}
