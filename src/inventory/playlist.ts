/** A playlist in force, held against the objects of the bucket: which of its segments are there, and what looks wrong. */
import { segmentStartMs } from "../agora/names/file-names.ts";
import type { StoredObject } from "../bucket/bucket.ts";
import type { PlaylistEntry, SegmentEntry } from "../recording/types.ts";
import { finding, type Finding } from "../checks/checks.ts";
import { fileNameOf, type Located } from "../recording/keys.ts";
import { playlistInForce, type Candidate } from "./playlist-selection.ts";
import type { PlaylistSegment } from "../media/hls/types.ts";
import type { PlaylistFinding } from "../media/hls/faults.ts";
import { decodeUri } from "../media/hls/uri.ts";

/** Cuts fall on frames, and names carry milliseconds: less than this is no gap. */
const GAP_TOLERANCE_SECONDS = 1;

/**
 * Examines the playlists of one stem. `superseded` says that a later failover set continues the recording;
 * `objects` are all that were found, by key.
 */
export function examinePlaylist(
  candidates: [Candidate, ...Candidate[]],
  { located, superseded, objects }: { located: Located; superseded: boolean; objects: Map<string, StoredObject> },
): { entry: PlaylistEntry; findings: Finding[] } {
  const { playlist, because } = playlistInForce(candidates);
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
  const findings = [
    ...endFindings(entry),
    ...missing.map((key) => absentSegment(key, objects.has(key))),
    ...content.findings.map((fault) => textFinding(entry.key, fault)),
    ...foreign(entry),
    ...tooLong(entry),
    ...outOfOrder(entry.key, content.segments),
    ...gaps(entry.key, content.segments),
  ];
  return { entry, findings };
}

/** Whether Agora percent-encodes is not documented: the name as written counts first. */
function segmentKey(uri: string, directory: string, objects: Map<string, StoredObject>): string {
  const decoded = directory + decodeUri(uri);
  return !objects.has(directory + uri) && objects.has(decoded) ? decoded : directory + uri;
}

function endFindings({ key, ended, superseded, segments, missing }: PlaylistEntry): Finding[] {
  if (ended) return [];
  const expected = `an #EXT-X-ENDLIST in ${fileNameOf(key)}`;
  const observed = `none after ${segments.length + missing.length} segments`;
  return [finding(superseded ? "cut-by-failover" : "playlist-unfinished", { subject: key, expected, observed })];
}

function absentSegment(key: string, empty: boolean): Finding {
  const expected = `segment ${fileNameOf(key)}`;
  return empty
    ? finding("segment-empty", { subject: key, expected: `${expected} with content`, observed: "0 bytes" })
    : finding("segment-missing", { subject: key, expected, observed: "no such object" });
}

/** A fault in the text is damage, not absence: the playlist is there, and when it has ended nothing better will come. */
function textFinding(subject: string, { check, severity, line, expected, observed }: PlaylistFinding): Finding {
  return { check, severity, subject, expected, observed: `${observed} (line ${line})`, absent: false };
}

function tooLong({ targetDurationSeconds, segments }: PlaylistEntry): Finding[] {
  if (targetDurationSeconds === null) return [];
  return segments
    .filter(({ durationSeconds }) => durationSeconds > targetDurationSeconds + 0.5)
    .map(({ key, durationSeconds }) =>
      finding("segment-too-long", {
        subject: key,
        expected: `at most ${targetDurationSeconds} s, the target duration`,
        observed: `${durationSeconds} s`,
      }),
    );
}

/** Agora puts a track's stem before everything of it, so that no other file can be meant by mistake. */
function foreign({ key, stem, segments, missing }: PlaylistEntry): Finding[] {
  const others = [...segments.map((segment) => segment.key), ...missing].filter((name) => !name.startsWith(`${stem}_`));
  const [first] = others;
  if (first === undefined) return [];
  const observed = `${others.length} others, the first is ${fileNameOf(first)}`;
  return [finding("segment-foreign", { subject: key, expected: `segments of ${fileNameOf(stem)}`, observed })];
}

/** One finding for a playlist; a recorder's clock may be set back where the playlist announces a discontinuity. */
function outOfOrder(subject: string, segments: PlaylistSegment[]): Finding[] {
  const starts = segments.map(({ uri }) => segmentStartMs(uri));
  const backward = segments.filter(({ discontinuity }, index) => {
    const [before, start] = [starts[index - 1], starts[index]];
    return !discontinuity && before !== undefined && start !== undefined && start < before;
  });
  const [first] = backward;
  if (first === undefined) return [];
  const observed = `${backward.length} begin before the one before, the first is ${first.uri}`;
  return [finding("segment-names-order", { subject, expected: "segments by the times in their names", observed })];
}

/** One finding for all gaps of a playlist: the names tell when a segment began, the playlist how long it lasts. */
function gaps(subject: string, segments: PlaylistSegment[]): Finding[] {
  const found = segments.flatMap((segment, index) => {
    const previous = segments[index - 1];
    if (previous === undefined || segment.discontinuity) return [];
    const startMs = segmentStartMs(segment.uri);
    const previousMs = segmentStartMs(previous.uri);
    if (startMs === undefined || previousMs === undefined) return [];
    const seconds = (startMs - previousMs) / 1000 - previous.durationSeconds;
    return seconds > GAP_TOLERANCE_SECONDS ? [{ before: segment.uri, seconds }] : [];
  });
  const [first] = found;
  if (first === undefined) return [];
  const observed = `${found.length} gaps, the first of ${first.seconds.toFixed(3)} s before ${first.before}`;
  return [finding("segment-gap", { subject, expected: "segments that follow each other", observed })];
}
