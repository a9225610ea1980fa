/**
 * Whole failover sets. A file of a server says that this server recorded, and servers are numbered: a set below the last one
 * that left nothing is lost. A set that left anything needs what `expect` demands of every server.
 */
import { MODES } from "../agora/modes.ts";
import { FAILOVER_PREFIXES } from "../agora/names/file-names.ts";
import { type CheckedProblem, problem } from "../checks/checks.ts";
import { FILE_KINDS, type FileKind } from "../recording/file-kinds.ts";
import type { RecordingKeys } from "../recording/keys.ts";
import type { Expectation } from "../recording/types.ts";
import { failoverNumber, type FoundFiles } from "./tracks.ts";

type Context = { keys: RecordingKeys; expectation: Expectation };

/** What each server writes of its own. Snapshots are taken at intervals, so a server may leave without one. */
const KINDS_OF_EACH_SERVER: { kind: "playlist" | "mp4"; kinds: FileKind[] }[] = [
  { kind: "playlist", kinds: ["playlist", "segment"] },
  { kind: "mp4", kinds: ["mp4"] },
];

/** Sets that left nothing, files that a set did not leave, and users who are absent after a failover. */
export function findMissingSets(files: FoundFiles, context: Context): CheckedProblem[] {
  const sets = [...findSets(files, context)].toSorted((a, b) => a - b);
  return [
    ...findGaps(sets, context),
    ...findUnmetDemands(sets, { files, ...context }),
    ...findAbsentUsers(sets, { files, ...context }),
  ];
}

/** Over the recording, not the track: a user may join later. What Agora named counts, for it was recorded. */
function findSets({ tracks, mp4s, snapshots }: FoundFiles, { keys }: Context): Set<number> {
  const found = [...tracks.values(), ...mp4s, ...snapshots].map(({ parsed }) => parsed);
  const named = keys.named.flatMap(({ parsed }) => parsed ?? []);
  return new Set([...found, ...named].map(({ file }) => failoverNumber(file)));
}

function findGaps(sets: number[], { expectation }: Context): CheckedProblem[] {
  const last = sets.at(-1) ?? -1;
  const problems: CheckedProblem[] = [];
  for (let set = -1; set < last; set += 1) {
    if (sets.includes(set)) continue;
    const facts = { subject: buildSubject(set, expectation), expected: `the files of ${describeServer(set)}` };
    problems.push(
      problem("failover-set-missing", { ...facts, observed: `none, but files of ${describeServer(last)}` }),
    );
  }
  return problems;
}

/** What no server left is missing from the whole recording, and said there. */
function findUnmetDemands(
  sets: number[],
  { files, keys, expectation }: Context & { files: FoundFiles },
): CheckedProblem[] {
  const named = keys.named.flatMap(({ parsed }) => parsed ?? []);
  // A track without its playlist is a problem of its own.
  const found = [...named, ...[...files.tracks.values(), ...files.mp4s].map(({ parsed }) => parsed)];
  return KINDS_OF_EACH_SERVER.flatMap(({ kinds, kind }) => {
    const { expect, demanded, checks } = FILE_KINDS[kind];
    const having = new Set(
      found.filter(({ file }) => kinds.includes(file.kind)).map(({ file }) => failoverNumber(file)),
    );
    if (having.size === 0 || !expectation.expect.includes(expect)) return [];
    return sets
      .filter((set) => !having.has(set))
      .map((set) => {
        const expected = `${demanded} of ${describeServer(set)}`;
        return problem(checks.missing, { subject: buildSubject(set, expectation), expected, observed: "none" });
      });
  });
}

/** A user may have left before the failover, so that it is a warning. */
function findAbsentUsers(
  sets: number[],
  { files: { tracks }, expectation }: Context & { files: FoundFiles },
): CheckedProblem[] {
  if (!MODES[expectation.mode].tracksByUser || !expectation.expect.includes("hls")) return [];
  const present = [...tracks.values()].map(({ parsed: { file } }) => ({
    uid: file.track?.uid,
    set: failoverNumber(file),
  }));
  return [...new Set(expectation.uids)].flatMap((uid) => {
    const of = new Set(present.filter((each) => each.uid === uid).map(({ set }) => set));
    const absent = sets.filter((set) => set > Math.min(...of) && !of.has(set));
    return absent.map((set) => {
      const expected = `a track of user ${uid} of ${describeServer(set)}`;
      return problem("user-absent-after-failover", {
        subject: buildSubject(set, expectation),
        expected,
        observed: "none",
      });
    });
  });
}

function buildSubject(set: number, { prefix, sid }: Expectation): string {
  return `${prefix}${FAILOVER_PREFIXES[set + 1]}${sid}`;
}

function describeServer(set: number): string {
  return set < 0 ? "the first server" : `the server bak${set}`;
}
