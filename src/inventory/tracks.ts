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
  /** The last failover of each base; -1 where the first server recorded everything. */
  lastFailover: Map<string, number>;
};

/** Groups a scan. Everything keeps the order of the keys. */
export function groupFiles(scan: Scan, keys: RecordingKeys): FoundFiles {
  const objects = new Map(scan.objects.map((object) => [object.key, object]));
  const files = scan.objects.flatMap((object) => {
    const parsed = keys.parseKey(object.key);
    return parsed === undefined ? [] : [{ object, parsed }];
  });
  return {
    objects,
    keys: new Set(files.map(({ object }) => object.key)),
    tracks: groupTracks(files, { scan, keys }),
    ...mapStandalone((kind) => files.filter(({ parsed }) => parsed.file.kind === kind)),
    others: keys.named.flatMap(({ key, parsed }) => (parsed === null ? (objects.get(key) ?? []) : [])),
    lastFailover: findLastFailovers(files),
  };
}

/** The failover set as a number that grows with time: -1 for the first server's files. */
export function failoverNumber({ failover }: ParsedName): number {
  return failover ?? -1;
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

function findLastFailovers(files: FoundFile[]): Map<string, number> {
  const last = new Map<string, number>();
  for (const { parsed } of files) {
    last.set(parsed.base, Math.max(last.get(parsed.base) ?? -1, failoverNumber(parsed.file)));
  }
  return last;
}
