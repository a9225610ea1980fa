/**
 * What a survey found, held against what is expected.
 *
 * Expected is what Agora named, what `expect` and `uids` demand, and what the files found call for themselves: a
 * segment calls for its playlist, a playlist in force for its segments, `_2.mp4` for `_1.mp4`. Agora's list only ever
 * adds. Pure: the same survey and expectation always give the same inventory.
 */
import { MODES } from "../agora/modes.ts";
import type { StoredObject } from "../bucket/bucket.ts";
import { findAbsences } from "./missing.ts";
import type { Expectation, Inventory, PlaylistEntry } from "../recording/types.ts";
import { type CheckedProblem, isAbsence, problem, sortByImportance } from "../checks/checks.ts";
import { baseOf, fileNameOf, recordingKeys, type RecordingKeys } from "../recording/keys.ts";
import { failoverNumber, sortParts, type Parts, type Track } from "./tracks.ts";
import { reconcilePlaylist } from "./playlist.ts";
import { sumSeconds } from "../lib/seconds.ts";
import type { Scan } from "./scan.ts";

/** Lines of `waitingFor`: it is read by people, in a list of pending activities. */
const LINES = 5;

/** A manifest is read by people, and foreign objects may be as many as others like. */
const MAX_FOREIGN = 1000;

/** Takes the inventory of a recording. */
export function takeInventory(survey: Scan, expectation: Expectation): Inventory {
  const naming = recordingKeys(expectation);
  const parts = sortParts(survey, naming);
  const examined = [...parts.tracks.values()].flatMap((track) => examineTrack(track, parts));
  const playlists = examined.map(({ entry }) => entry);
  const named = new Set(naming.named.map(({ key }) => key));
  const mp4s = parts.mp4s.map(({ object }) => object);
  const snapshots = parts.snapshots.map(({ object }) => object);
  const segments = playlists.flatMap((playlist) => playlist.segments);
  const files = [...segments, ...mp4s, ...snapshots];
  // A playlist may name a segment whose own name says nothing.
  const belonging = new Set([...parts.keys, ...segments.map(({ key }) => key)]);
  const foreign = survey.objects
    .filter(({ key }) => !belonging.has(key) && (named.has(key) || naming.hasPrefixOfRecording(key)))
    .toSorted((a, b) => Number(named.has(b.key)) - Number(named.has(a.key)));

  const problems = sortByImportance([
    ...findAbsences(parts, { naming, expectation }),
    ...examined.flatMap((each) => each.problems),
    ...orphans(parts, playlists),
    ...refusals(naming),
    ...unreported(expectation),
    ...unseen(survey, expectation, foreign),
  ]);
  const absent = problems.filter(isAbsence);
  // An empty file counts as missing, and so does a playlist that is not finished: it is still going to be written.
  const finished = playlists.filter(({ ended, superseded }) => ended || superseded);
  const present = finished.length + [...files, ...parts.others].filter(({ sizeBytes }) => sizeBytes > 0).length;
  return {
    playlists,
    mp4s,
    snapshots,
    foreign: foreign.slice(0, MAX_FOREIGN),
    problems,
    present,
    expected: present + absent.length,
    complete: absent.length === 0,
    waitingFor: firstLines(absent.map(({ expected }) => expected)),
    newest: newest(survey.objects.filter(({ key }) => belonging.has(key) || named.has(key))),
    storeTime: survey.storeTime,
    totals: {
      files: playlists.length + files.length,
      bytes: [...playlists, ...files].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      playlists: playlists.length,
      segments: segments.length,
      mp4s: mp4s.length,
      snapshots: snapshots.length,
      durationSeconds: sumSeconds(playlists.map(({ durationSeconds }) => durationSeconds)),
    },
  };
}

function examineTrack({ located, candidates: [first, ...others] }: Track, { objects, lastSets }: Parts) {
  if (first === undefined) return [];
  const superseded = failoverNumber(located.file) < (lastSets.get(baseOf(located)) ?? -1);
  return [reconcilePlaylist([first, ...others], { located, superseded, objects })];
}

function orphans({ tracks }: Parts, playlists: PlaylistEntry[]): CheckedProblem[] {
  return playlists.flatMap(({ key: playlist, stem, segments, missing, superseded }) => {
    const named = new Set([...segments.map(({ key }) => key), ...missing]);
    const unnamed = tracks.get(stem)?.segments.filter(({ key }) => !named.has(key)) ?? [];
    const expected = `named by ${fileNameOf(playlist)}`;
    const check = superseded ? "segment-after-failover" : "segment-orphan";
    return unnamed.map(({ key }) => problem(check, { subject: key, expected, observed: "not named" }));
  });
}

/** The name itself is not repeated: it may hold anything. */
function refusals({ refused }: RecordingKeys): CheckedProblem[] {
  if (refused.length === 0) return [];
  const expected = "names of files below the prefix";
  return [
    problem("named-file-refused", { subject: "Agora's file list", expected, observed: `${refused.length} others` }),
  ];
}

function unreported({ mode, uids, namedIsFinal, prefix, sid }: Expectation): CheckedProblem[] {
  if (!MODES[mode].tracksByUser || uids.length > 0 || namedIsFinal) return [];
  const expected = "Agora's final file list, or the users to expect";
  return [problem("file-set-not-reported", { subject: `${prefix}${sid}`, expected, observed: "neither" })];
}

function unseen({ unlisted }: Scan, { prefix, sid }: Expectation, foreign: StoredObject[]): CheckedProblem[] {
  const subject = `${prefix}${sid}`;
  const observed = `${foreign.length}${unlisted === "nothing" ? "" : " and more"}`;
  const tooMany = unlisted !== "nothing" || foreign.length > MAX_FOREIGN;
  return [
    ...(unlisted === "anything"
      ? [problem("listing-too-long", { subject, expected: "a listing that ends", observed: "one cut for its length" })]
      : []),
    ...(tooMany
      ? [problem("foreign-too-many", { subject, expected: `at most ${MAX_FOREIGN} foreign objects`, observed })]
      : []),
  ];
}

function firstLines(lines: string[]): string[] {
  return lines.length <= LINES ? lines : [...lines.slice(0, LINES - 1), `${lines.length - LINES + 1} more`];
}

function newest(objects: StoredObject[]): string | null {
  return objects.reduce<string | null>(
    (last, { lastModified }) => (last === null || Date.parse(lastModified) > Date.parse(last) ? lastModified : last),
    null,
  );
}
