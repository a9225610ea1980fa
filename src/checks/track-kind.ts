/** What a track is named as must be what it holds. */
import type { Problem } from "../contract/problem.ts";
import type { FileResult, FileResults } from "../recording/file-result.ts";
import type { PlaylistEntry } from "../recording/types.ts";
import { problem } from "./checks.ts";

type Holds = NonNullable<FileResult["holds"]>;

/** By the type in the names of a user's files. Of other types nothing is known. */
const FITS: Record<string, (holds: Holds) => boolean> = {
  audio: ({ pictures }) => !pictures,
  // A segment in which nothing plays is another check's.
  video: ({ sound, pictures }) => pictures || !sound,
};

/** One problem for a playlist. */
export function findWrongKind({ key, track, segments }: PlaylistEntry, results: FileResults): Problem[] {
  const fits = FITS[track?.type ?? ""];
  if (track === null || fits === undefined) return [];
  const wrong = segments.filter((segment) => {
    const holds = results.get(segment.key)?.holds;
    return holds !== undefined && !fits(holds);
  });
  const [first] = wrong;
  if (first === undefined) return [];
  const expected = track.type === "audio" ? "sound alone, as it is named" : "pictures, as it is named";
  const other = track.type === "audio" ? "pictures" : "only sound";
  const observed = `${other} in ${wrong.length} of ${segments.length} segments, the first is ${first.key}`;
  return [problem("track-kind-wrong", { subject: key, expected, observed })];
}
