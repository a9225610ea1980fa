/** A playlist in force, compared with the objects of the bucket: which of its segments are there, and what looks wrong. */
import { segmentContainer } from "../agora/names/file-names.ts";
import type { StoredObject } from "../bucket/bucket.ts";
import type { PlaylistEntry, SegmentEntry } from "../recording/types.ts";
import { findGaps, findLongSegments } from "../checks/duration.ts";
import { findDisorderedNames } from "../checks/order.ts";
import { CHECKS, type CheckedProblem, problem } from "../checks/checks.ts";
import { getFileName, type ParsedKey } from "../recording/keys.ts";
import { type Candidates, selectPlaylist } from "./playlist-selection.ts";
import type { PlaylistFault } from "../media/hls/faults.ts";
import { decodeUri } from "../media/hls/uri.ts";

type Reconciliation = {
  parsed: ParsedKey;
  /** Whether a later failover set continues the recording. */
  superseded: boolean;
  /** Every object found, by key. */
  objects: Map<string, StoredObject>;
};

/** Reconciles the playlists of one stem with the objects found. */
export function reconcilePlaylist(
  candidates: Candidates,
  { parsed, superseded, objects }: Reconciliation,
): { entry: PlaylistEntry; problems: CheckedProblem[] } {
  const { playlist, because } = selectPlaylist(candidates);
  const { content, ...object } = playlist;
  const segments: SegmentEntry[] = [];
  const missing: string[] = [];
  for (const { uri, durationSeconds, discontinuity } of content.segments) {
    const key = findSegmentKey(parsed.directory, { uri, objects });
    const segment = objects.get(key);
    if (segment === undefined || segment.sizeBytes === 0) missing.push(key);
    else segments.push({ ...segment, container: segmentContainer(key), durationSeconds, discontinuity });
  }

  const entry = {
    ...object,
    stem: parsed.stem,
    track: parsed.file.track,
    failover: parsed.file.failover,
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
    ...findMissingEnd(entry),
    ...missing.map((key) => missingSegment(key, objects.has(key))),
    ...content.faults.map((fault) => textProblem(entry.key, fault)),
    ...findForeignSegments(entry),
    ...findLongSegments(entry),
    ...findDisorderedNames(entry.key, content.segments),
    ...findGaps(entry.key, content.segments),
  ];
  return { entry, problems };
}

/** Agora does not document whether it percent-encodes: the name as written counts first. */
function findSegmentKey(
  directory: string,
  { uri, objects }: { uri: string; objects: Map<string, StoredObject> },
): string {
  const decoded = directory + decodeUri(uri);
  return !objects.has(directory + uri) && objects.has(decoded) ? decoded : directory + uri;
}

function findMissingEnd({ key, ended, superseded, segments, missing }: PlaylistEntry): CheckedProblem[] {
  if (ended) return [];
  const expected = `an #EXT-X-ENDLIST in ${getFileName(key)}`;
  const observed = `none after ${segments.length + missing.length} segments`;
  return [problem(superseded ? "cut-by-failover" : "playlist-unfinished", { subject: key, expected, observed })];
}

function missingSegment(key: string, isEmpty: boolean): CheckedProblem {
  const expected = `segment ${getFileName(key)}`;
  return isEmpty
    ? problem("segment-empty", { subject: key, expected: `${expected} with content`, observed: "0 bytes" })
    : problem("segment-missing", { subject: key, expected, observed: "no such object" });
}

function textProblem(subject: string, { check, line, observed }: PlaylistFault): CheckedProblem {
  return problem(check, { subject, expected: CHECKS[check].expected, observed: `${observed} (line ${line})` });
}

/** Agora begins the name of every segment with its track's stem, so a name that does not is not the track's. */
function findForeignSegments({ key, stem, segments, missing }: PlaylistEntry): CheckedProblem[] {
  const names = [...segments.map((segment) => segment.key), ...missing];
  const others = names.filter((name) => !name.startsWith(`${stem}_`));
  const [first] = others;
  if (first === undefined) return [];
  const observed = `${others.length} others, the first is ${getFileName(first)}`;
  return [problem("segment-foreign", { subject: key, expected: `segments of ${getFileName(stem)}`, observed })];
}
