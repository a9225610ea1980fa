/** The objects of a survey, sorted into what they are: tracks with their playlists and segments, MP4s, snapshots. */
import type { ParsedName } from "../agora/names/file-names.ts";
import type { StoredObject } from "../bucket/bucket.ts";
import { baseOf, type ParsedKey, type RecordingKeys } from "../recording/keys.ts";
import type { Candidate } from "./playlist-selection.ts";
import type { Scan } from "./scan.ts";

/** An object of the recording and what its name says. */
export type Part = { object: StoredObject; located: ParsedKey };

/** Everything of one stem that calls for a playlist. */
export type Track = {
  located: ParsedKey;
  /** The key by which Agora named the playlist. */
  namedAs: string | null;
  candidates: Candidate[];
  segments: StoredObject[];
};

export type Parts = {
  /** Every object found, by key. */
  objects: Map<string, StoredObject>;
  /** The keys of those whose names say that they are the recording's. */
  keys: Set<string>;
  /** By stem. */
  tracks: Map<string, Track>;
  mp4s: Part[];
  snapshots: Part[];
  /** Files of a kind that we do not know and that Agora named. */
  others: StoredObject[];
  /** The last failover set of each base; -1 where the first server did it all. */
  lastSets: Map<string, number>;
};

/** Sorts a survey. Everything keeps the order of the keys. */
export function sortParts(survey: Scan, naming: RecordingKeys): Parts {
  const objects = new Map(survey.objects.map((object) => [object.key, object]));
  const parts = survey.objects.flatMap((object) => {
    const located = naming.parseKey(object.key);
    return located === undefined ? [] : [{ object, located }];
  });
  return {
    objects,
    keys: new Set(parts.map(({ object }) => object.key)),
    tracks: groupTracks(parts, { survey, naming }),
    mp4s: ofKind(parts, "mp4"),
    snapshots: ofKind(parts, "snapshot"),
    others: naming.named.flatMap(({ key, located }) => (located === null ? (objects.get(key) ?? []) : [])),
    lastSets: lastSets(parts),
  };
}

/** The failover set as a number that grows with time: -1 for the first server's files. */
export function failoverNumber({ failover }: ParsedName): number {
  return failover ?? -1;
}

function groupTracks(parts: Part[], { survey, naming }: { survey: Scan; naming: RecordingKeys }): Map<string, Track> {
  const tracks = new Map<string, Track>();
  function trackOf(located: ParsedKey): Track {
    const stem = located.directory + located.file.stem;
    const track = tracks.get(stem) ?? { located, namedAs: null, candidates: [], segments: [] };
    tracks.set(stem, track);
    return track;
  }

  const playlists = new Map(survey.playlists.map((playlist) => [playlist.key, playlist]));
  for (const { object, located } of parts) {
    const playlist = playlists.get(object.key);
    if (located.file.kind === "segment") trackOf(located).segments.push(object);
    if (located.file.kind === "playlist" && playlist !== undefined) {
      trackOf(located).candidates.push({ playlist, backup: located.file.backup });
    }
  }
  for (const { key, located } of naming.named) {
    if (located?.file.kind === "playlist") trackOf(located).namedAs = key;
  }
  return tracks;
}

function lastSets(parts: Part[]): Map<string, number> {
  const sets = new Map<string, number>();
  for (const { located } of parts) {
    const base = baseOf(located);
    sets.set(base, Math.max(sets.get(base) ?? -1, failoverNumber(located.file)));
  }
  return sets;
}

function ofKind(parts: Part[], kind: ParsedName["kind"]): Part[] {
  return parts.filter(({ located }) => located.file.kind === kind);
}
