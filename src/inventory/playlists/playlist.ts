/** A playlist in force, compared with the objects of the bucket: which of its segments are there, and what looks wrong. */
import { segmentContainer, type UserTrack } from "../../agora/names/file-names.ts";
import type { StoredObject } from "../../bucket/bucket.ts";
import type { PlaylistEntry, SegmentEntry } from "../../recording/types.ts";
import { findGaps, findLongSegments } from "../../checks/duration.ts";
import { findDisorderedNames } from "../../checks/order.ts";
import { CHECKS, type CheckedProblem, problem } from "../../checks/checks.ts";
import { getFileName, type ParsedKey, type RecordingKeys } from "../../recording/keys.ts";
import { type Candidates, selectPlaylist } from "./playlist-selection.ts";
import type { PlaylistText, TextFault } from "./playlist-content.ts";
import { userId } from "../tracks.ts";
import { decodeUri } from "../../media/hls/uri.ts";

type Reconciliation = {
  parsed: ParsedKey;
  /** Whether a later failover set continues the recording. */
  superseded: boolean;
  /** Every object found, by key. */
  objects: Map<string, StoredObject>;
  keys: RecordingKeys;
  /** Keys that other playlists name already. */
  taken?: ReadonlySet<string>;
};

/** Reconciles the playlists of one stem with the objects found. */
export function reconcilePlaylist(
  candidates: Candidates,
  { parsed, superseded, objects, keys, taken }: Reconciliation,
): { entry: PlaylistEntry; problems: CheckedProblem[] } {
  const { playlist, because } = selectPlaylist(candidates);
  const { content, ...object } = playlist;
  const segments: SegmentEntry[] = [];
  const missing: string[] = [];
  for (const { uri, durationSeconds, discontinuity } of content.segments) {
    const key = findNamedKey(parsed.directory, { uri, objects });
    if (taken?.has(key) === true) continue;
    const segment = objects.get(key);
    if (segment === undefined || segment.sizeBytes === 0) missing.push(key);
    else segments.push({ ...segment, container: segmentContainer(key), durationSeconds, discontinuity });
  }

  const isNamedElsewhere = content.segments.length > 0 && segments.length + missing.length === 0;
  const entry = {
    ...object,
    stem: parsed.stem,
    ...(content.form !== undefined && { form: content.form }),
    track: toTrack(parsed.file.track),
    failover: parsed.file.failover,
    candidates: candidates.map((candidate) => candidate.playlist.key),
    chosenBecause: because,
    ended: content.ended,
    superseded,
    targetDurationSeconds: content.targetDurationSeconds,
    // What other playlists name as well is not counted twice.
    durationSeconds: isNamedElsewhere ? 0 : content.durationSeconds,
    segments,
    missing,
  };
  const problems = [
    ...findMissingEnd(entry),
    ...missing.map((key) => buildMissingProblem(key, objects.has(key))),
    ...content.faults.filter((fault) => isFault(fault, entry)).map((fault) => buildTextProblem(entry.key, fault)),
    ...findForeignSegments(entry, { parsed, keys }),
    // An MPD lists sound and pictures one after the other.
    ...(content.form === undefined ? findTextFaults(entry, content) : []),
  ];
  return { entry, problems };
}

/** Agora does not say whether a later server's numbers begin anew: only the first server's beginning can be missed. */
function isFault({ check }: TextFault, { failover }: PlaylistEntry): boolean {
  return check !== "playlist-beginning-missing" || failover === null;
}

function findTextFaults(entry: PlaylistEntry, { segments }: PlaylistText): CheckedProblem[] {
  return [...findLongSegments(entry), ...findDisorderedNames(entry.key, segments), ...findGaps(entry.key, segments)];
}

/** A playlist's name always says which track it is of. */
function toTrack(track: UserTrack | null): PlaylistEntry["track"] {
  return track === null ? null : { uid: track.uid, type: track.type ?? "" };
}

/** Agora does not document whether it percent-encodes: the name as written counts first. */
export function findNamedKey(
  directory: string,
  { uri, objects }: { uri: string; objects: Map<string, StoredObject> },
): string {
  const decoded = directory + decodeUri(uri);
  return !objects.has(directory + uri) && objects.has(decoded) ? decoded : directory + uri;
}

const ENDS = { media: "an #EXT-X-ENDLIST", master: "playlists", mpd: "a static presentation" };

function findMissingEnd({ key, form, ended, superseded, segments, missing }: PlaylistEntry): CheckedProblem[] {
  if (ended) return [];
  const expected = `${ENDS[form ?? "media"]} in ${getFileName(key)}`;
  const observed = `none after ${segments.length + missing.length} segments`;
  return [problem(superseded ? "cut-by-failover" : "playlist-unfinished", { subject: key, expected, observed })];
}

function buildMissingProblem(key: string, isEmpty: boolean): CheckedProblem {
  const expected = `segment ${getFileName(key)}`;
  return isEmpty
    ? problem("segment-empty", { subject: key, expected: `${expected} with content`, observed: "0 bytes" })
    : problem("segment-missing", { subject: key, expected, observed: "no such object" });
}

function buildTextProblem(subject: string, { check, line, observed }: TextFault): CheckedProblem {
  const place = line === null ? "" : ` (line ${line})`;
  return problem(check, { subject, expected: CHECKS[check].expected, observed: observed + place });
}

/**
 * A segment belongs to the track that its name says: to that of the playlist, or where the playlist merges a user's tracks to one
 * of them. A name that says no track begins with the playlist's stem.
 */
function findForeignSegments(
  { key, stem, form, segments, missing }: PlaylistEntry,
  { parsed, keys }: Pick<Reconciliation, "parsed" | "keys">,
): CheckedProblem[] {
  const isMerged = form === "mpd" || parsed.file.track?.type === "av";
  const owner = userId(parsed);
  const names = [...segments.map((segment) => segment.key), ...missing];
  const others = names.filter((name) => {
    if (name.startsWith(`${stem}_`)) return false;
    const other = keys.parseKey(name);
    return other === undefined || (isMerged ? userId(other) !== owner : other.stem !== stem);
  });
  const [first] = others;
  if (first === undefined) return [];
  const observed = `${others.length} others, the first is ${getFileName(first)}`;
  return [problem("segment-foreign", { subject: key, expected: `segments of ${getFileName(stem)}`, observed })];
}
