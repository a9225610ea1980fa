/** Sound and pictures that the caller demands of a user, where one file holds both and only a look into it tells. */
import { isAudioCodec } from "../agora/names/file-names.ts";
import type { Problem } from "../contract/problem.ts";
import type { FileResults } from "../recording/file-result.ts";
import type { Inventory, PlaylistEntry, TrackKind, UserTracks } from "../recording/types.ts";
import { TRACK_WORDS } from "../recording/track-words.ts";
import { problem } from "./checks.ts";

/** One problem for each kind that no segment of the user has. A user without any segment is reported as missing. */
export function findEmptyTracks(
  { playlists }: Inventory,
  { results, tracks }: { results: FileResults; tracks: readonly UserTracks[] },
): Problem[] {
  return tracks.flatMap(({ uid, tracks: kinds }) => {
    const own = playlists.filter(({ track, segments }) => track?.uid === uid && segments.length > 0);
    const [first] = own;
    if (first === undefined) return [];
    const held = new Set(own.flatMap((playlist) => listHeld(playlist, results)));
    const absent = kinds.filter((kind) => !held.has(kind));
    return absent.map((kind) => {
      const expected = `${TRACK_WORDS[kind]} of user ${uid}`;
      return problem("track-empty", { subject: first.key, expected, observed: "none in any segment" });
    });
  });
}

const TRACK_KINDS: TrackKind[] = ["audio", "video"];

/** WebM has one track a file, and its name the codec. */
function listHeld({ track, segments }: PlaylistEntry, results: FileResults): TrackKind[] {
  return segments.flatMap(({ key, container }) => {
    const holds = results.get(key)?.holds;
    if (holds !== undefined) return TRACK_KINDS.filter((kind) => (kind === "audio" ? holds.sound : holds.pictures));
    if (container === "ts") return [];
    const codec = /_([A-Za-z0-9]+)\.webm$/.exec(key)?.[1] ?? track?.type ?? "";
    return [isAudioCodec(codec) ? ("audio" as const) : ("video" as const)];
  });
}
