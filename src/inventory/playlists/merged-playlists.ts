/**
 * Playlists that merge a user's tracks. One names the playlists of both: it may name one of which nothing is there, because that
 * user sent no sound or no pictures. The other is DASH's MPD, and names the WebM of both.
 */
import { type CheckedProblem, problem } from "../../checks/checks.ts";
import { getFileName, type RecordingKeys } from "../../recording/keys.ts";
import type { PlaylistEntry } from "../../recording/types.ts";
import { findNamedKey } from "./playlist.ts";
import { selectPlaylist } from "./playlist-selection.ts";
import { type FoundFiles, type Track, trackId, userId } from "../tracks.ts";

/** What is wrong with the playlists of playlists in force. */
export function findMasterProblems(files: FoundFiles, keys: RecordingKeys): CheckedProblem[] {
  return [...files.tracks.values()].flatMap((track) => {
    const [first, ...others] = track.candidates;
    if (first === undefined) return [];
    const { playlist } = selectPlaylist([first, ...others]);
    const { form, playlists } = playlist.content;
    return form === "master" ? checkMaster(playlist.key, { track, uris: playlists, files, keys }) : [];
  });
}

type Master = { track: Track; uris: string[]; files: FoundFiles; keys: RecordingKeys };

function checkMaster(subject: string, { track, uris, files, keys }: Master): CheckedProblem[] {
  const owner = userId(track.parsed);
  const named = uris.map((uri) => findNamedKey(track.parsed.directory, { uri, objects: files.objects }));
  const states = named.map((key) => {
    const parsed = keys.parseKey(key);
    const isOwn = parsed?.file.kind === "playlist" && userId(parsed) === owner && parsed.file.format === "m3u8";
    if (!isOwn || parsed.stem === track.parsed.stem) return { key, state: "foreign" as const };
    return { key, state: files.tracks.has(trackId(parsed.stem, "m3u8")) ? ("there" as const) : ("absent" as const) };
  });
  const absent = states.filter(({ state }) => state === "absent").map(({ key }) => key);
  const foreign = states.filter(({ state }) => state === "foreign").map(({ key }) => key);
  const problems = foreign.slice(0, 1).map((key) => {
    const observed = `${foreign.length} others, the first is ${getFileName(key)}`;
    return problem("playlist-foreign", { subject, expected: "playlists of the same user", observed });
  });
  const [first] = absent;
  if (first === undefined) return problems;
  if (absent.length + foreign.length === named.length) {
    const expected = `playlist ${getFileName(first)}`;
    return [...problems, problem("playlist-missing", { subject: first, expected, observed: "no such object" })];
  }
  const had = absent.map((key) => {
    const expected = `playlist ${getFileName(key)}, or a user without that track`;
    return problem("track-not-had", { subject: key, expected, observed: "no such object, and no segments" });
  });
  return [...problems, ...had];
}

/** WebM that neither a playlist nor an MPD of its user names. */
export function findUnnamedWebm({ tracks }: FoundFiles, playlists: PlaylistEntry[]): CheckedProblem[] {
  const mpds = playlists.filter(({ form }) => form === "mpd");
  if (mpds.length === 0) return [];
  const named = new Set(playlists.flatMap(({ segments, missing }) => [...segments.map(({ key }) => key), ...missing]));
  return [...tracks.values()].flatMap(({ parsed, candidates, segments }) => {
    const mpd = mpds.find(({ stem }) => stem.startsWith(`${userId(parsed)}_`));
    if (candidates.length > 0 || mpd === undefined) return [];
    const unnamed = segments.filter(({ key }) => !named.has(key));
    const expected = `named by ${getFileName(mpd.key)}`;
    return unnamed.map(({ key }) => problem("segment-orphan", { subject: key, expected, observed: "not named" }));
  });
}
