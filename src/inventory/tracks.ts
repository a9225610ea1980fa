/** The objects of a scan, grouped into what they are: tracks with their playlists and segments, and standalone files. */
import type { ParsedName } from "../agora/names/file-names.ts";
import type { StoredObject } from "../bucket/bucket.ts";
import { mapStandalone, type StandaloneList } from "../recording/file-kinds.ts";
import type { ParsedKey, RecordingKeys } from "../recording/keys.ts";
import type { Candidate } from "./playlist-selection.ts";
import type { Scan } from "./scan.ts";

/** An object of the recording and its parsed key. */
export type FoundFile = { object: StoredObject; parsed: ParsedKey };

/** Everything of one stem that calls for a playlist. */
export type Track = {
  parsed: ParsedKey;
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
  /** By stem. */
  tracks: Map<string, Track>;
  /** Files of an unknown kind that Agora named. */
  others: StoredObject[];
  /** The last failover that left a playlist of a track, by `trackId`. */
  lastPlaylists: Map<string, number>;
};

/** Groups a scan. Everything keeps the order of the keys. */
export function groupFiles(scan: Scan, keys: RecordingKeys): FoundFiles {
  const objects = new Map(scan.objects.map((object) => [object.key, object]));
  const files = scan.objects.flatMap((object) => {
    const parsed = keys.parseKey(object.key);
    return parsed === undefined ? [] : [{ object, parsed }];
  });
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
  return failoverNumber(parsed.file) < (lastPlaylists.get(trackId(parsed)) ?? -1);
}

function groupTracks(files: FoundFile[], { scan, keys }: { scan: Scan; keys: RecordingKeys }): Map<string, Track> {
  const tracks = new Map<string, Track>();
  function openTrack(parsed: ParsedKey): Track {
    const track = tracks.get(parsed.stem) ?? { parsed, namedAs: null, candidates: [], segments: [] };
    tracks.set(parsed.stem, track);
    return track;
  }

  const playlists = new Map(scan.playlists.map((playlist) => [playlist.key, playlist]));
  for (const { object, parsed } of files) {
    const playlist = playlists.get(object.key);
    if (parsed.file.kind === "segment") openTrack(parsed).segments.push(object);
    if (parsed.file.kind === "playlist" && playlist !== undefined) {
      openTrack(parsed).candidates.push({ playlist, backup: parsed.file.backup });
    }
  }
  for (const { key, parsed } of keys.named) {
    if (parsed?.file.kind === "playlist") openTrack(parsed).namedAs = key;
  }
  return tracks;
}

/** Of all its sets the same. */
function trackId({ base, file: { track } }: ParsedKey): string {
  return track === null ? base : `${base} ${track.type} ${track.uid}`;
}

/** Only a playlist proves that a server continued a track: of anything else a single byte may have been left. */
function findLastPlaylists(tracks: Map<string, Track>): Map<string, number> {
  const last = new Map<string, number>();
  for (const { parsed, candidates } of tracks.values()) {
    if (candidates.length === 0) continue;
    const id = trackId(parsed);
    last.set(id, Math.max(last.get(id) ?? -1, failoverNumber(parsed.file)));
  }
  return last;
}
