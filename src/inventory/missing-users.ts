/** What is missing of the users whom the caller demands: their tracks, and their snapshots. */
import { MODES } from "../agora/modes.ts";
import { isAudioCodec } from "../agora/names/file-names.ts";
import { type CheckedProblem, problem } from "../checks/checks.ts";
import type { ParsedKey } from "../recording/keys.ts";
import { TRACK_WORDS } from "../recording/track-words.ts";
import type { Expectation } from "../recording/types.ts";
import type { FoundFiles } from "./tracks.ts";

type Held = { parsed: ParsedKey };

/** Each user needs a track, or another file where no track is expected. */
export function findMissingUsers(files: FoundFiles, expectation: Expectation): CheckedProblem[] {
  const held = listHeld(files, expectation);
  // One file may hold the sound of all users.
  if (held.length > 0 && held.every(({ parsed }) => parsed.file.track === null)) return [];
  const present = listUsers(held);
  const absent = [...new Set(expectation.uids)].filter((uid) => !present.has(uid));
  return absent.map((uid) => missingTrack(`a track of user ${uid}`, expectation));
}

function listHeld({ tracks, snapshots, mp3s }: FoundFiles, { expect }: Expectation): Held[] {
  if (expect.every((word) => word === "snapshots")) return snapshots;
  const isSoundAlone = expect.includes("mp3") && !expect.includes("hls") && !expect.includes("mp4");
  return isSoundAlone ? [...tracks.values(), ...mp3s] : [...tracks.values()];
}

/**
 * Sound or pictures that a user does not have, where each has its own files. Where one file holds both, only a look into it tells:
 * see `verify/`. A user without any track is reported already.
 */
export function findMissingTracks({ tracks }: FoundFiles, expectation: Expectation): CheckedProblem[] {
  if (MODES[expectation.mode].tracksShareFiles) return [];
  const held = [...tracks.values()].filter(({ candidates, segments }) => candidates.length + segments.length > 0);
  const users = listUsers(held);
  const present = new Set(held.map(({ parsed: { file } }) => `${file.track?.uid} ${file.track?.type}`));
  return (expectation.tracks ?? []).flatMap(({ uid, tracks: kinds }) => {
    const absent = users.has(uid) ? kinds.filter((kind) => !present.has(`${uid} ${kind}`)) : [];
    return absent.map((kind) => missingTrack(`${TRACK_WORDS[kind]} of user ${uid}`, expectation));
  });
}

/** Snapshots are of a user's pictures: a user without pictures needs none. */
export function findMissingSnapshots(
  { tracks, snapshots }: FoundFiles,
  { prefix, sid, expect, uids }: Expectation,
): CheckedProblem[] {
  if (!expect.includes("snapshots") || snapshots.length === 0) return [];
  const withSnapshot = listUsers(snapshots);
  const withPictures = listUsers([...tracks.values()].filter(hasPictures));
  return [...new Set(uids)]
    .filter((uid) => withPictures.has(uid) && !withSnapshot.has(uid))
    .map((uid) => {
      const expected = `a snapshot of user ${uid}`;
      return problem("snapshot-missing", { subject: `${prefix}${sid}`, expected, observed: "none" });
    });
}

function hasPictures({ parsed }: Held): boolean {
  const type = parsed.file.track?.type ?? "audio";
  return type !== "audio" && type !== "av" && !isAudioCodec(type);
}

function listUsers(files: Held[]): Set<string> {
  return new Set(files.flatMap(({ parsed }) => parsed.file.track?.uid ?? []));
}

function missingTrack(expected: string, { prefix, sid }: Expectation): CheckedProblem {
  return problem("track-missing", { subject: `${prefix}${sid}`, expected, observed: "none" });
}
