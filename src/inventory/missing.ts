/** What a recording's parts lack: files that Agora named, that the caller demands, or that other files call for. */
import { MODES } from "../agora/modes.ts";
import type { Expectation } from "../recording/types.ts";
import { type CheckedProblem, problem } from "../checks/checks.ts";
import { fileNameOf, type RecordingKeys } from "../recording/keys.ts";
import type { Part, Parts } from "./tracks.ts";

const DEMANDS = {
  hls: { check: "playlist-missing", expected: "a playlist" },
  mp4: { check: "mp4-missing", expected: "an MP4" },
  snapshots: { check: "snapshot-missing", expected: "a snapshot" },
} as const;

type Context = { naming: RecordingKeys; expectation: Expectation };

/** Everything that is missing or empty, but for the segments of a playlist that is there. */
export function findAbsences(parts: Parts, context: Context): CheckedProblem[] {
  return [
    ...absentNamed(parts, context),
    ...absentPlaylists(parts),
    ...absentDemands(parts, context),
    ...absentMp4s(parts, context),
    ...parts.mp4s.flatMap((part) => emptyPart(part, "mp4-empty")),
    ...parts.snapshots.flatMap((part) => emptyPart(part, "snapshot-empty")),
  ];
}

/** A named playlist is also there when only the backup cloud's version of it is. */
function absentNamed({ objects, tracks, others }: Parts, { naming }: Context): CheckedProblem[] {
  const empty = new Set(others.filter(({ sizeBytes }) => sizeBytes === 0).map(({ key }) => key));
  return naming.named.flatMap(({ key, located }) => {
    const track = located?.file.kind === "playlist" ? tracks.get(located.directory + located.file.stem) : undefined;
    const isThere = objects.has(key) ? !empty.has(key) : track !== undefined && track.candidates.length > 0;
    if (isThere) return [];
    const facts = { subject: key, expected: fileNameOf(key), observed: empty.has(key) ? "0 bytes" : "no such object" };
    return [problem("named-file-missing", facts)];
  });
}

function absentPlaylists({ tracks }: Parts): CheckedProblem[] {
  return [...tracks].flatMap(([stem, { candidates, namedAs, segments }]) => {
    if (candidates.length > 0 || namedAs !== null) return [];
    const observed = `no such object, but ${segments.length} segments`;
    const subject = `${stem}.m3u8`;
    return [problem("playlist-missing", { subject, expected: `playlist ${fileNameOf(subject)}`, observed })];
  });
}

function absentDemands(parts: Parts, { naming, expectation }: Context): CheckedProblem[] {
  const { prefix, sid, expect, mode, uids } = expectation;
  const kinds = new Set(naming.named.map(({ located }) => located?.file.kind));
  const has = {
    hls: parts.tracks.size > 0,
    mp4: parts.mp4s.length > 0 || kinds.has("mp4"),
    snapshots: parts.snapshots.length > 0 || kinds.has("snapshot"),
  };
  const byUser = MODES[mode].tracksByUser && uids.length > 0;
  const unmet = expect.filter((kind) => !has[kind] && !(byUser && kind === "hls"));
  return [
    ...(byUser ? absentUsers(parts, expectation) : []),
    ...unmet.map((kind) => problem(DEMANDS[kind].check, { ...DEMANDS[kind], subject: prefix + sid, observed: "none" })),
  ];
}

/** Each user needs a playlist, or a snapshot where only snapshots are expected. */
function absentUsers({ tracks, snapshots }: Parts, { prefix, sid, expect, uids }: Expectation): CheckedProblem[] {
  const onlySnapshots = expect.every((kind) => kind === "snapshots");
  const held = new Set(
    [...(onlySnapshots ? snapshots : tracks.values())].map(({ located }) => located.file.track?.uid),
  );
  return [...new Set(uids)]
    .filter((uid) => !held.has(uid))
    .map((uid) =>
      problem("track-missing", { subject: `${prefix}${sid}`, expected: `a track of user ${uid}`, observed: "none" }),
    );
}

/**
 * MP4s are numbered without gaps. The first server's begin with 0; where those of a later one begin is not documented,
 * so there only a gap between two counts.
 */
function absentMp4s({ mp4s }: Parts, { naming }: Context): CheckedProblem[] {
  const indices = new Map<string, { failover: number | null; found: Set<number> }>();
  for (const { located } of mp4s) {
    const { stem, failover, ...file } = located.file;
    const of = indices.get(located.directory + stem) ?? { failover, found: new Set() };
    if (file.kind === "mp4") of.found.add(file.index);
    indices.set(located.directory + stem, of);
  }
  const named = new Set(naming.named.map(({ key }) => key));
  return [...indices].flatMap(([stem, { failover, found }]) => {
    const first = failover === null ? 0 : Math.min(...found);
    const last = Math.max(...found);
    const keys = Array.from({ length: last - first }, (_, offset) => first + offset)
      .filter((index) => !found.has(index))
      .map((index) => `${stem}_${index}.mp4`)
      .filter((key) => !named.has(key)); // those are reported already
    return keys.map((key) => {
      const observed = `no such object, but ${fileNameOf(`${stem}_${last}.mp4`)}`;
      return problem("mp4-missing", { subject: key, expected: `MP4 ${fileNameOf(key)}`, observed });
    });
  });
}

function emptyPart({ object }: Part, check: "mp4-empty" | "snapshot-empty"): CheckedProblem[] {
  if (object.sizeBytes > 0) return [];
  return [
    problem(check, { subject: object.key, expected: `${fileNameOf(object.key)} with content`, observed: "0 bytes" }),
  ];
}
