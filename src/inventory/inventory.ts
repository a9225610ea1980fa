/**
 * What a scan found, compared with what is expected.
 *
 * Expected is what Agora named, what `expect` and `uids` demand, and what the files found call for: a segment calls for its
 * playlist, a playlist in force for its segments, `_2.mp4` for `_1.mp4`. Agora's list only adds. Pure: the same scan and
 * expectation always give the same inventory.
 */
import { MODES } from "../agora/modes.ts";
import type { StoredObject } from "../bucket/bucket.ts";
import { findMissingSets } from "./failover-sets.ts";
import { findMissing } from "./missing.ts";
import type { Entry, Expectation, Inventory, PlaylistEntry } from "../recording/types.ts";
import { type CheckedProblem, isAbsence, isUnseen, problem, sortByImportance } from "../checks/checks.ts";
import { FILE_KINDS, listStandalone, mapStandalone, type StandaloneList } from "../recording/file-kinds.ts";
import { getFileName, recordingKeys, type RecordingKeys } from "../recording/keys.ts";
import { findMasterProblems, findUnnamedWebm } from "./playlists/merged-playlists.ts";
import { type FoundFiles, groupFiles, isSuperseded, type Track, trackId } from "./tracks.ts";
import { reconcilePlaylist } from "./playlists/playlist.ts";
import { sumSeconds } from "../lib/seconds.ts";
import type { Scan } from "./scan.ts";

/** Lines of `waitingFor`: people read it in a list of pending activities. */
const MAX_LINES = 5;

/** People read a manifest, and foreign objects may come in any number. */
const MAX_UNRECOGNIZED = 1000;

/** The files of the recording itself. */
type OwnFiles = Record<StandaloneList, Entry[]> & { playlists: PlaylistEntry[] };

/** Takes the inventory of a recording. */
export function takeInventory(scan: Scan, expectation: Expectation): Inventory {
  const keys = recordingKeys(expectation);
  const files = groupFiles(scan, keys);
  const reconciled = reconcileTracks(files, keys);
  const isTruncated = scan.unlisted === "unknown";
  const playlists = reconciled.map(({ entry }) => (isTruncated ? omitUnseen(entry, files) : entry));
  const own = { playlists, ...mapStandalone((kind) => files[FILE_KINDS[kind].total].map(({ object }) => object)) };
  const { recognized, unrecognized } = splitObjects(scan, { keys, files, playlists });

  const found = [
    ...findMissing(files, { keys, expectation }),
    ...findMissingSets(files, { keys, expectation }),
    ...reconciled.flatMap((each) => each.problems),
    ...findMasterProblems(files, keys),
    ...findUnnamedSegments(files, playlists),
    ...findUnnamedWebm(files, playlists),
    ...findRefusedNames(keys),
    ...findUnknownTracks(expectation),
    ...findTruncatedListing(expectation, { unlisted: scan.unlisted, unrecognized }),
  ];
  const problems = sortByImportance(isTruncated ? found.filter((each) => !isUnseen(each)) : found);
  const absences = problems.filter(isAbsence);
  const present = countPresent(own, files.others);
  return {
    ...own,
    notInForce: findNotInForce(files, own),
    unrecognized: unrecognized.slice(0, MAX_UNRECOGNIZED),
    problems,
    present,
    expected: present + absences.length,
    complete: absences.length === 0,
    waitingFor: cutLines(absences.map(({ expected }) => expected)),
    newest: findNewest(recognized),
    storeTime: scan.storeTime,
    totals: sumTotals(own),
  };
}

/** A listing that was cut proves no absence. */
function omitUnseen(entry: PlaylistEntry, { objects }: FoundFiles): PlaylistEntry {
  return { ...entry, missing: entry.missing.filter((key) => objects.has(key)) };
}

/** So that a later comparison sees every change. */
function findNotInForce({ objects, keys }: FoundFiles, { playlists, ...standalone }: OwnFiles): StoredObject[] {
  const segments = playlists.flatMap((playlist) => playlist.segments);
  const listed = new Set([...playlists, ...segments, ...listStandalone(standalone)].map(({ key }) => key));
  return [...objects.values()].filter(({ key }) => keys.has(key) && !listed.has(key));
}

/** MPDs come last: their WebM may be in playlists as well, and counts once. */
function reconcileTracks(files: FoundFiles, keys: RecordingKeys): Reconciled[] {
  const tracks = [...files.tracks.values()];
  const reconciled = tracks
    .filter(({ format }) => format === "m3u8")
    .flatMap((track) => reconcileTrack(track, { files, keys }));
  const mpds = tracks.filter(({ format }) => format === "mpd");
  const taken = mpds.length === 0 ? undefined : new Set(reconciled.flatMap(({ entry }) => listNamed(entry)));
  for (const track of mpds) {
    const added = reconcileTrack(track, { files, keys, taken });
    for (const { entry } of added) for (const key of listNamed(entry)) taken?.add(key);
    reconciled.push(...added);
  }
  return reconciled;
}

type Reconciled = ReturnType<typeof reconcilePlaylist>;

function reconcileTrack(
  { parsed, candidates: [first, ...others] }: Track,
  { files, keys, taken }: { files: FoundFiles; keys: RecordingKeys; taken?: ReadonlySet<string> | undefined },
): Reconciled[] {
  if (first === undefined) return [];
  const { objects } = files;
  const superseded = isSuperseded(files, parsed);
  return [reconcilePlaylist([first, ...others], { parsed, superseded, objects, keys, ...(taken && { taken }) })];
}

function listNamed({ segments, missing }: PlaylistEntry): string[] {
  return [...segments.map(({ key }) => key), ...missing];
}

/** The recording's objects, and those of no known kind, first those that Agora named. */
function splitObjects(
  { objects }: Scan,
  { keys, files, playlists }: { keys: RecordingKeys; files: FoundFiles; playlists: PlaylistEntry[] },
): { recognized: StoredObject[]; unrecognized: StoredObject[] } {
  const named = new Set(keys.named.map(({ key }) => key));
  // A playlist may name a segment whose own name says nothing.
  const segments = playlists.flatMap((playlist) => playlist.segments.map(({ key }) => key));
  const known = new Set([...files.keys, ...segments]);
  const unknown = objects.filter(({ key }) => !known.has(key) && (named.has(key) || keys.hasPrefixOfRecording(key)));
  return {
    recognized: objects.filter(({ key }) => known.has(key) || named.has(key)),
    unrecognized: unknown.toSorted((a, b) => Number(named.has(b.key)) - Number(named.has(a.key))),
  };
}

/** An empty file counts as missing, and so does an unfinished playlist: Agora has still to write it. */
function countPresent({ playlists, ...standalone }: OwnFiles, others: StoredObject[]): number {
  const finished = playlists.filter(({ ended, superseded }) => ended || superseded);
  const segments = playlists.flatMap((playlist) => playlist.segments);
  const files = [...segments, ...listStandalone(standalone), ...others];
  return finished.length + files.filter(({ sizeBytes }) => sizeBytes > 0).length;
}

function sumTotals({ playlists, ...standalone }: OwnFiles): Inventory["totals"] {
  const segments = playlists.flatMap((playlist) => playlist.segments);
  const files = [...playlists, ...segments, ...listStandalone(standalone)];
  return {
    files: files.length,
    bytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    playlists: playlists.length,
    segments: segments.length,
    ...mapStandalone((kind) => standalone[FILE_KINDS[kind].total].length),
    durationSeconds: measureLongestTrack(playlists),
  };
}

/** Tracks run side by side, and the playlists of a track's servers one after the other. What is missing has no length. */
function measureLongestTrack(playlists: PlaylistEntry[]): number {
  const tracks = Map.groupBy(playlists, ({ track }) => (track === null ? "" : `${track.type} ${track.uid}`));
  return [...tracks.values()].reduce((longest, sets) => {
    return Math.max(longest, sumSeconds(sets.flatMap(listSeconds)));
  }, 0);
}

/** An MPD lists sound and pictures, which run side by side. */
function listSeconds({ form, durationSeconds, segments }: PlaylistEntry): number[] {
  return form === "mpd" ? [durationSeconds] : segments.map((segment) => segment.durationSeconds);
}

function findUnnamedSegments({ tracks }: FoundFiles, playlists: PlaylistEntry[]): CheckedProblem[] {
  const inMpds = new Set(playlists.filter(({ form }) => form === "mpd").flatMap(listNamed));
  return playlists.flatMap((playlist) => {
    const { key: playlistKey, stem, form, superseded } = playlist;
    const named = new Set(listNamed(playlist));
    const { segments = [] } = tracks.get(trackId(stem, form === "mpd" ? "mpd" : "m3u8")) ?? {};
    const unnamed = segments.filter(({ key }) => !named.has(key) && !inMpds.has(key));
    const expected = `named by ${getFileName(playlistKey)}`;
    const check = superseded ? "segment-after-failover" : "segment-orphan";
    return unnamed.map(({ key }) => problem(check, { subject: key, expected, observed: "not named" }));
  });
}

/** Does not repeat the names: they may hold anything. */
function findRefusedNames({ refused }: RecordingKeys): CheckedProblem[] {
  if (refused.length === 0) return [];
  const expected = "names of files below the prefix";
  const observed = `${refused.length} others`;
  return [problem("named-file-refused", { subject: "Agora's file list", expected, observed })];
}

function findUnknownTracks({ mode, uids, namedIsFinal, prefix, sid }: Expectation): CheckedProblem[] {
  if (!MODES[mode].tracksByUser || uids.length > 0 || namedIsFinal) return [];
  const expected = "Agora's final file list, or the users to expect";
  return [problem("file-set-not-reported", { subject: `${prefix}${sid}`, expected, observed: "neither" })];
}

function findTruncatedListing(
  { prefix, sid }: Expectation,
  { unlisted, unrecognized }: Pick<Scan, "unlisted"> & { unrecognized: StoredObject[] },
): CheckedProblem[] {
  const subject = `${prefix}${sid}`;
  const problems: CheckedProblem[] = [];
  if (unlisted === "unknown") {
    const expected = "a listing that ends";
    problems.push(problem("listing-too-long", { subject, expected, observed: "one cut for its length" }));
  }
  if (unlisted !== "nothing" || unrecognized.length > MAX_UNRECOGNIZED) {
    const expected = `at most ${MAX_UNRECOGNIZED} foreign objects`;
    const observed = `${unrecognized.length}${unlisted === "nothing" ? "" : " and more"}`;
    problems.push(problem("foreign-too-many", { subject, expected, observed }));
  }
  return problems;
}

function cutLines(lines: string[]): string[] {
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES - 1), `${lines.length - MAX_LINES + 1} more`];
}

function findNewest(objects: StoredObject[]): string | null {
  let newest: string | null = null;
  for (const { lastModified } of objects) {
    if (newest === null || Date.parse(lastModified) > Date.parse(newest)) newest = lastModified;
  }
  return newest;
}
