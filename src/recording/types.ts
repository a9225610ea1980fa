/**
 * What a recording consists of, as found in the bucket: the vocabulary of inventory, checks and manifest.
 * The words are HLS's: playlist and segment (Agora says slice).
 */
import type { NamedFile } from "../agora/answers.ts";
import type { RecordingMode } from "../agora/modes.ts";
import type { Container } from "../agora/names/file-names.ts";
import type { Bucket, ObjectHead, StoredObject } from "../bucket/bucket.ts";
import type { Problem } from "../contract/problem.ts";
import type { Totals } from "../contract/result.ts";
import type { ExpectWord, StandaloneList } from "./file-kinds.ts";

/** A store, and the signal that ends every read of it. */
export type StoreReader = { bucket: Bucket; signal: AbortSignal };

/** Sound or pictures. */
export type TrackKind = "audio" | "video";

/** What must be there of one user. */
export type UserTracks = { uid: string; tracks: TrackKind[] };

/** Which recording to look for, and what it must hold. */
export type Expectation = {
  sid: string;
  cname: string;
  mode: RecordingMode;
  /** Empty for the bucket's root, else with a slash at its end. Nothing outside it is read. */
  prefix: string;
  expect: ExpectWord[];
  /** Users whom a mode with tracks by user must hold. */
  uids: string[];
  /** What must be there of a user, where that is demanded. */
  tracks?: readonly UserTracks[];
  /** What Agora named, as Agora wrote it. */
  named: NamedFile[];
  /** Whether `named` is a list that Agora makes only when everything is uploaded. */
  namedIsFinal: boolean;
};

/** An object of the recording. The level decides which digests it has. */
export type Entry = ObjectHead & {
  /** SHA-256 of every byte read, lower-case hex: playlists always, other files at level `hash`. */
  sha256?: string;
};

export type SegmentEntry = Entry & {
  container: Container;
  /** Seconds, from the playlist. */
  durationSeconds: number;
  /** Whether the playlist announces an interruption before it. */
  discontinuity: boolean;
};

export type PlaylistEntry = Entry & {
  /** The key without what the naming rules append: `<prefix>[bak<n>_]<sid>_<cname>[__uid_s_<uid>__uid_e_<type>]`. */
  stem: string;
  /** `master` names playlists, `mpd` is DASH. Absent: a media playlist of HLS. */
  form?: "master" | "mpd";
  /** The user and type of an individual track, `null` for a mix. */
  track: { uid: string; type: string } | null;
  /** The failover set: 0 for `bak0_`, `null` for the first server's. */
  failover: number | null;
  /** Keys of every playlist of this stem, this one included, where a backup transfer left more than one. */
  candidates: string[];
  /** Why this candidate is in force, for people. */
  chosenBecause: string;
  /** Whether it ends with `#EXT-X-ENDLIST`. */
  ended: boolean;
  /** Whether a later failover set continues it, so that it needs no end. */
  superseded: boolean;
  targetDurationSeconds: number | null;
  durationSeconds: number;
  /** Segments that it names and that are there. */
  segments: SegmentEntry[];
  /** Keys that it names and that are missing or empty. */
  missing: string[];
};

/** What a look at the bucket found, compared with what is expected. */
export type Inventory = Record<StandaloneList, Entry[]> & {
  playlists: PlaylistEntry[];
  /** Its files that nothing else lists: playlists that another replaces, segments that no playlist names or that are empty. */
  notInForce: StoredObject[];
  /** Objects of no known kind that begin like ours, or that Agora named: listed, not checked; at most 1,000. */
  unrecognized: StoredObject[];
  /** What is missing or wrong, as far as a listing and the playlists show. */
  problems: Problem[];
  /** Files there, of those expected. */
  present: number;
  expected: number;
  /** Whether nothing that is expected is missing, empty or unfinished. Session and quiet do not count. */
  complete: boolean;
  /** For people: what is still missing, the most important first; at most five lines. */
  waitingFor: string[];
  /** `LastModified` of the newest object of the recording. ISO 8601, or `null` when there is no object. */
  newest: string | null;
  /** The store's clock at the look. ISO 8601. */
  storeTime: string;
  totals: Totals;
};
