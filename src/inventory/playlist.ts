/** A playlist in force, held against the objects of the bucket: which of its segments are there, and what looks wrong. */
import type { StoredObject } from "../bucket/bucket.ts";
import type { PlaylistEntry, SegmentEntry } from "../recording/types.ts";
import { findGaps, findLongSegments } from "../checks/duration.ts";
import { findDisorderedNames } from "../checks/order.ts";
import { CHECKS, type CheckedProblem, problem } from "../checks/checks.ts";
import { fileNameOf, type ParsedKey } from "../recording/keys.ts";
import { selectPlaylist, type Candidate } from "./playlist-selection.ts";
import type { PlaylistFault } from "../media/hls/faults.ts";
import { decodeUri } from "../media/hls/uri.ts";

/**
 * Examines the playlists of one stem. `superseded` says that a later failover set continues the recording;
 * `objects` are all that were found, by key.
 */
export function reconcilePlaylist(
  candidates: [Candidate, ...Candidate[]],
  { located, superseded, objects }: { located: ParsedKey; superseded: boolean; objects: Map<string, StoredObject> },
): { entry: PlaylistEntry; problems: CheckedProblem[] } {
  const { playlist, because } = selectPlaylist(candidates);
  const { content, ...object } = playlist;
  const segments: SegmentEntry[] = [];
  const missing: string[] = [];
  for (const { uri, durationSeconds, discontinuity } of content.segments) {
    const key = segmentKey(uri, located.directory, objects);
    const segment = objects.get(key);
    if (segment !== undefined && segment.sizeBytes > 0) segments.push({ ...segment, durationSeconds, discontinuity });
    else missing.push(key);
  }

  const entry = {
    ...object,
    stem: located.directory + located.file.stem,
    track: located.file.track,
    failover: located.file.failover,
    candidates: candidates.map((candidate) => candidate.playlist.key),
    chosenBecause: because,
    ended: content.ended,
    superseded,
    targetDurationSeconds: content.targetDurationSeconds,
    durationSeconds: content.durationSeconds,
    segments,
    missing,
  };
  const problems = [
    ...endProblems(entry),
    ...missing.map((key) => absentSegment(key, objects.has(key))),
    ...content.faults.map((fault) => textProblem(entry.key, fault)),
    ...foreign(entry),
    ...findLongSegments(entry),
    ...findDisorderedNames(entry.key, content.segments),
    ...findGaps(entry.key, content.segments),
  ];
  return { entry, problems };
}

/** Whether Agora percent-encodes is not documented: the name as written counts first. */
function segmentKey(uri: string, directory: string, objects: Map<string, StoredObject>): string {
  const decoded = directory + decodeUri(uri);
  return !objects.has(directory + uri) && objects.has(decoded) ? decoded : directory + uri;
}

function endProblems({ key, ended, superseded, segments, missing }: PlaylistEntry): CheckedProblem[] {
  if (ended) return [];
  const expected = `an #EXT-X-ENDLIST in ${fileNameOf(key)}`;
  const observed = `none after ${segments.length + missing.length} segments`;
  return [problem(superseded ? "cut-by-failover" : "playlist-unfinished", { subject: key, expected, observed })];
}

function absentSegment(key: string, empty: boolean): CheckedProblem {
  const expected = `segment ${fileNameOf(key)}`;
  return empty
    ? problem("segment-empty", { subject: key, expected: `${expected} with content`, observed: "0 bytes" })
    : problem("segment-missing", { subject: key, expected, observed: "no such object" });
}

/** A fault in the text is damage, not absence: the playlist is there, and when it has ended nothing better will come. */
function textProblem(subject: string, { check, line, observed }: PlaylistFault): CheckedProblem {
  return problem(check, { subject, expected: CHECKS[check].expected, observed: `${observed} (line ${line})` });
}

/** Agora puts a track's stem before everything of it, so that no other file can be meant by mistake. */
function foreign({ key, stem, segments, missing }: PlaylistEntry): CheckedProblem[] {
  const others = [...segments.map((segment) => segment.key), ...missing].filter((name) => !name.startsWith(`${stem}_`));
  const [first] = others;
  if (first === undefined) return [];
  const observed = `${others.length} others, the first is ${fileNameOf(first)}`;
  return [problem("segment-foreign", { subject: key, expected: `segments of ${fileNameOf(stem)}`, observed })];
}
