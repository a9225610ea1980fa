/** What is missing or empty: files that Agora named, that the caller demands, or that other files call for. */
import { MODES } from "../agora/modes.ts";
import { segmentContainer } from "../agora/names/file-names.ts";
import type { Expectation } from "../recording/types.ts";
import { type CheckedProblem, problem } from "../checks/checks.ts";
import { FILE_KINDS, mapStandalone, STANDALONE_KINDS, type StandaloneKind } from "../recording/file-kinds.ts";
import { getFileName, type RecordingKeys, siblingKey } from "../recording/keys.ts";
import { findMissingSnapshots, findMissingTracks, findMissingUsers } from "./missing-users.ts";
import { isNumbered, nameSeries, getNumber } from "./numbered-files.ts";
import { type FoundFile, type FoundFiles, trackId, userId } from "./tracks.ts";

type Context = { keys: RecordingKeys; expectation: Expectation };

/** Everything that is missing or empty, except the segments of a playlist that is there. */
export function findMissing(files: FoundFiles, context: Context): CheckedProblem[] {
  return [
    ...findMissingNamed(files, context),
    ...findMissingPlaylists(files),
    ...findUnmetDemands(files, context),
    ...findMissingNumbers(files.mp4s, context),
    ...findMissingNumbers(files.mp3s, context),
    ...STANDALONE_KINDS.flatMap((kind) => findEmpty(files[FILE_KINDS[kind].total], kind)),
  ];
}

/** A named playlist also counts as there when only the backup cloud's version of it is. */
function findMissingNamed({ objects, tracks, others }: FoundFiles, { keys }: Context): CheckedProblem[] {
  const empty = new Set(others.filter(({ sizeBytes }) => sizeBytes === 0).map(({ key }) => key));
  return keys.named.flatMap(({ key, parsed }) => {
    const track = parsed?.file.kind === "playlist" ? tracks.get(trackId(parsed.stem, parsed.file.format)) : undefined;
    const isThere = objects.has(key) ? !empty.has(key) : track !== undefined && track.candidates.length > 0;
    if (isThere) return [];
    const observed = empty.has(key) ? "0 bytes" : "no such object";
    return [problem("named-file-missing", { subject: key, expected: getFileName(key), observed })];
  });
}

/** WebM segments need no playlist where an MPD of their user names them. */
function findMissingPlaylists({ tracks }: FoundFiles): CheckedProblem[] {
  const all = [...tracks.values()];
  const withMpd = new Set(
    all
      .filter(({ format, candidates }) => format === "mpd" && candidates.length > 0)
      .map(({ parsed }) => userId(parsed)),
  );
  return all.flatMap(({ parsed, format, candidates, namedAs, segments }) => {
    if (candidates.length > 0 || namedAs !== null) return [];
    const isWebm = segments.every(({ key }) => segmentContainer(key) === "webm");
    if (isWebm && withMpd.has(userId(parsed))) return [];
    const observed = `no such object, but ${segments.length} segments`;
    const subject = siblingKey(parsed, { kind: "playlist", format, backup: null });
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
  const problems = isByUser ? [...findMissingUsers(files, expectation), ...findMissingTracks(files, expectation)] : [];
  for (const word of expect) {
    const kinds = Object.values(FILE_KINDS).filter((kind) => kind.expect === word);
    const [kind] = kinds;
    const isMet = kinds.some((each) => named.has(each) || found[each.total] > 0);
    if (kind === undefined || isMet || (isByUser && word === "hls")) continue;
    problems.push(problem(kind.checks.missing, { subject: prefix + sid, expected: kind.demanded, observed: "none" }));
  }
  return isByUser ? [...problems, ...findMissingSnapshots(files, expectation)] : problems;
}

/**
 * MP4s are numbered without gaps, and so is sound alone. The first server's begin with 0. Agora does not document where those of
 * a later server begin, so there only a gap between two counts.
 */
function findMissingNumbers(files: FoundFile[], { keys }: Context): CheckedProblem[] {
  const named = new Set(keys.named.map(({ key }) => key));
  const byServer = Map.groupBy(files, ({ parsed }) => `${parsed.file.failover} ${nameSeries(parsed)}`);
  return [...byServer.values()].flatMap((series) => findGaps(series, named));
}

function findGaps(series: FoundFile[], named: ReadonlySet<string>): CheckedProblem[] {
  const [first] = series;
  const file = first?.parsed.file;
  if (first === undefined || file === undefined || !isNumbered(file)) return [];
  const { label, checks } = FILE_KINDS[file.kind];
  const buildKey = (index: number) => siblingKey(first.parsed, { ...file, index });
  const numbers = new Set(series.flatMap(({ parsed }) => getNumber(parsed.file) ?? []));
  const last = Math.max(...numbers);
  const problems: CheckedProblem[] = [];
  for (let index = file.failover === null ? 0 : Math.min(...numbers); index < last; index += 1) {
    const key = buildKey(index);
    if (numbers.has(index) || named.has(key)) continue; // a named file is reported already
    const observed = `no such object, but ${getFileName(buildKey(last))}`;
    problems.push(problem(checks.missing, { subject: key, expected: `${label} ${getFileName(key)}`, observed }));
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
