/** What is missing or empty: files that Agora named, that the caller demands, or that other files call for. */
import { MODES } from "../agora/modes.ts";
import { buildSuffix } from "../agora/names/file-names.ts";
import type { Expectation } from "../recording/types.ts";
import { type CheckedProblem, problem } from "../checks/checks.ts";
import { FILE_KINDS, mapStandalone, STANDALONE_KINDS, type StandaloneKind } from "../recording/file-kinds.ts";
import { getFileName, type RecordingKeys } from "../recording/keys.ts";
import type { FoundFile, FoundFiles } from "./tracks.ts";

type Context = { keys: RecordingKeys; expectation: Expectation };

/** Everything that is missing or empty, except the segments of a playlist that is there. */
export function findMissing(files: FoundFiles, context: Context): CheckedProblem[] {
  return [
    ...findMissingNamed(files, context),
    ...findMissingPlaylists(files),
    ...findUnmetDemands(files, context),
    ...findMissingMp4s(files, context),
    ...STANDALONE_KINDS.flatMap((kind) => findEmpty(files[FILE_KINDS[kind].total], kind)),
  ];
}

/** A named playlist also counts as there when only the backup cloud's version of it is. */
function findMissingNamed({ objects, tracks, others }: FoundFiles, { keys }: Context): CheckedProblem[] {
  const empty = new Set(others.filter(({ sizeBytes }) => sizeBytes === 0).map(({ key }) => key));
  return keys.named.flatMap(({ key, parsed }) => {
    const track = parsed?.file.kind === "playlist" ? tracks.get(parsed.stem) : undefined;
    const isThere = objects.has(key) ? !empty.has(key) : track !== undefined && track.candidates.length > 0;
    if (isThere) return [];
    const observed = empty.has(key) ? "0 bytes" : "no such object";
    return [problem("named-file-missing", { subject: key, expected: getFileName(key), observed })];
  });
}

function findMissingPlaylists({ tracks }: FoundFiles): CheckedProblem[] {
  return [...tracks].flatMap(([stem, { candidates, namedAs, segments }]) => {
    if (candidates.length > 0 || namedAs !== null) return [];
    const observed = `no such object, but ${segments.length} segments`;
    const subject = stem + buildSuffix({ kind: "playlist", backup: null });
    return [problem("playlist-missing", { subject, expected: `playlist ${getFileName(subject)}`, observed })];
  });
}

function findUnmetDemands(files: FoundFiles, { keys, expectation }: Context): CheckedProblem[] {
  const { prefix, sid, expect, mode, uids } = expectation;
  const isByUser = MODES[mode].tracksByUser && uids.length > 0;
  const named = new Set(keys.named.map(({ parsed }) => parsed && FILE_KINDS[parsed.file.kind]));
  const found = {
    playlists: files.tracks.size,
    segments: files.tracks.size,
    ...mapStandalone((kind) => files[FILE_KINDS[kind].total].length),
  };
  const problems = isByUser ? findMissingUsers(files, expectation) : [];
  for (const word of expect) {
    const kinds = Object.values(FILE_KINDS).filter((kind) => kind.expect === word);
    const [kind] = kinds;
    const isMet = kinds.some((each) => named.has(each) || found[each.total] > 0);
    if (kind === undefined || isMet || (isByUser && word === "hls")) continue;
    problems.push(problem(kind.checks.missing, { subject: prefix + sid, expected: kind.demanded, observed: "none" }));
  }
  return problems;
}

/** Each user needs a playlist, or a snapshot where only snapshots are expected. */
function findMissingUsers({ tracks, snapshots }: FoundFiles, { prefix, sid, expect, uids }: Expectation) {
  const hasOnlySnapshots = expect.every((word) => word === "snapshots");
  const files = hasOnlySnapshots ? snapshots : [...tracks.values()];
  const present = new Set(files.map(({ parsed }) => parsed.file.track?.uid));
  return [...new Set(uids)]
    .filter((uid) => !present.has(uid))
    .map((uid) => {
      const expected = `a track of user ${uid}`;
      return problem("track-missing", { subject: `${prefix}${sid}`, expected, observed: "none" });
    });
}

/**
 * MP4s are numbered without gaps. The first server's begin with 0. Agora does not document where those of a later server
 * begin, so there only a gap between two counts.
 */
function findMissingMp4s({ mp4s }: FoundFiles, { keys }: Context): CheckedProblem[] {
  const named = new Set(keys.named.map(({ key }) => key));
  const problems: CheckedProblem[] = [];
  for (const [stem, files] of Map.groupBy(mp4s, ({ parsed }) => parsed.stem)) {
    const numbers = new Set(files.flatMap(({ parsed: { file } }) => (file.kind === "mp4" ? file.index : [])));
    const isFirstServer = files.some(({ parsed }) => parsed.file.failover === null);
    const last = Math.max(...numbers);
    for (let index = isFirstServer ? 0 : Math.min(...numbers); index < last; index += 1) {
      const key = stem + buildSuffix({ kind: "mp4", index });
      if (numbers.has(index) || named.has(key)) continue; // a named file is reported already
      const observed = `no such object, but ${getFileName(stem + buildSuffix({ kind: "mp4", index: last }))}`;
      problems.push(problem("mp4-missing", { subject: key, expected: `MP4 ${getFileName(key)}`, observed }));
    }
  }
  return problems;
}

function findEmpty(files: FoundFile[], kind: StandaloneKind): CheckedProblem[] {
  const empty = files.filter(({ object }) => object.sizeBytes === 0);
  return empty.map(({ object: { key } }) => {
    const expected = `${getFileName(key)} with content`;
    return problem(FILE_KINDS[kind].checks.empty, { subject: key, expected, observed: "0 bytes" });
  });
}
