/**
 * Every check: its stable, public id, what its failure means and what it says to people. docs/levels.md prints this table
 * (`npm run levels`). Pure, because workflows read it too.
 */
import type { Level, Problem } from "../contract/problem.ts";
import type { PlaylistCheck } from "../media/hls/faults.ts";

type Row = {
  about: "files" | "playlist-text" | "run";
  /** The first level that can see it. */
  level: Level;
  severity: Problem["severity"];
  /** Whether something is missing or unfinished that may still come, so that the recording waits for it. */
  absence: boolean;
  /** What went wrong; `code` as in Markdown. */
  sentence: string;
};
type TextRow = Row & {
  /** What the problem says under `expected`. */
  expected: string;
};

/** The most important first: `sortByImportance` keeps this order. */
export const CHECKS = {
  "playlist-missing": absence("A playlist is missing that `expect` demands, or that has segments."),
  "track-missing": absence("A user of `uids` has no playlist, or no snapshot where only snapshots are expected."),
  "named-file-missing": absence("A file that Agora named is missing or empty."),
  "mp4-missing": absence("An MP4 is missing that `expect` demands, or that has a number below that of another."),
  "snapshot-missing": absence("`expect` demands snapshots, and there are none."),
  "playlist-unfinished": absence("A playlist in force does not end with `#EXT-X-ENDLIST`."),
  "segment-missing": absence("A segment is missing that a playlist in force names."),
  "segment-empty": absence("A segment that a playlist in force names has no bytes."),
  "mp4-empty": absence("An MP4 has no bytes."),
  "snapshot-empty": absence("A snapshot has no bytes."),
  "named-file-refused": error(
    "list",
    "Agora named a file outside the prefix, or with a name that no key can have. It is not looked up.",
  ),
  "listing-too-long": error(
    "list",
    "More than 200,000 objects begin like the recording's files, even with its channel. Some files may be unseen.",
  ),
  "segment-foreign": error("list", "A playlist names a file of another track or recording."),
  "segment-names-order": error(
    "list",
    "A playlist does not name its segments in the order of the times in their names.",
  ),
  "segment-orphan": error("list", "A finished playlist does not name a segment of its track."),
  "cut-by-failover": warning(
    "list",
    "The playlist of a server that failed has no end. Another server continued the recording.",
  ),
  "file-set-not-reported": warning(
    "list",
    "In individual mode neither Agora nor `uids` says which tracks exist. A track that never arrived cannot be missed.",
  ),
  "foreign-too-many": warning(
    "list",
    "More than 1,000 other objects begin like the recording's files. The manifest lists only some of them.",
  ),
  "segment-too-long": warning("list", "A segment is longer than the target duration of its playlist."),
  "segment-gap": warning("list", "Time passes between two segments, and the playlist announces no discontinuity."),
  "segment-after-failover": warning(
    "list",
    "The playlist of a server that failed does not name a segment of its track.",
  ),

  "playlist-unreadable": text("error", {
    sentence: "The object is empty, too large, not UTF-8, or another kind of document.",
    expected: "an HLS media playlist in UTF-8",
  }),
  "playlist-truncated": text("error", {
    sentence: "The text stops within a line.",
    expected: "a line feed or #EXT-X-ENDLIST at the end",
  }),
  "playlist-control-character": text("error", {
    sentence: "A line holds a control character.",
    expected: "no control characters",
  }),
  "playlist-duration-invalid": text("error", {
    sentence: "An `#EXTINF` has no decimal number of seconds, or more than a day.",
    expected: "#EXTINF with a decimal number of seconds, at most a day",
  }),
  "playlist-duration-missing": text("error", {
    sentence: "A name has no `#EXTINF` before it.",
    expected: "#EXTINF before each URI",
  }),
  "playlist-uri-missing": text("error", {
    sentence: "An `#EXTINF` has no name after it.",
    expected: "a URI after each #EXTINF",
  }),
  "playlist-uri-duplicate": text("error", {
    sentence: "The playlist names a segment twice.",
    expected: "each segment once",
  }),
  "playlist-uri-refused": text("error", {
    sentence: "A name is a path, a URL, or cannot be a key. It is not looked up.",
    expected: "the plain name of a file beside the playlist",
  }),
  "playlist-data-after-end": text("error", {
    sentence: "Lines follow `#EXT-X-ENDLIST`.",
    expected: "nothing after #EXT-X-ENDLIST",
  }),
  "playlist-without-segments": text("error", {
    sentence: "The playlist has ended and names no segment.",
    expected: "at least one segment before #EXT-X-ENDLIST",
  }),
  "playlist-byte-range": text("error", {
    sentence: "The playlist names parts of files.",
    expected: "whole files as segments, no #EXT-X-BYTERANGE",
  }),
  "playlist-map": text("error", {
    sentence: "The segments need an initialization section.",
    expected: "self-contained segments, no #EXT-X-MAP",
  }),
  "playlist-master": text("error", {
    sentence: "The playlist names other playlists.",
    expected: "a media playlist, no #EXT-X-STREAM-INF",
  }),
  "playlist-key": text("warning", {
    sentence: "The segments need a key.",
    expected: "segments that need no key, no #EXT-X-KEY",
  }),
  "playlist-byte-order-mark": text("warning", {
    sentence: "The text begins with a byte order mark. Players accept it.",
    expected: "no byte order mark",
  }),
  "playlist-target-duration": text("warning", {
    sentence: "The playlist has no target duration in whole seconds.",
    expected: "one #EXT-X-TARGETDURATION in whole seconds",
  }),

  "object-changed": error("head", "A file has changed or gone since it was listed."),
  "segment-not-media": error("probe", "A segment is not a transport stream with pictures or sound, and not WebM."),
  "segment-truncated": error("probe", "A segment does not consist of whole packets, or does not end with packets."),
  "segment-duration": error(
    "probe",
    "The sound of a segment and its playlist differ in length by more than a second and a tenth.",
  ),
  "segment-duration-unproven": warning(
    "probe",
    "The pictures of a segment and its playlist differ in length, and no sound proves which is right.",
  ),
  "segment-order": error("probe", "The time stamps step back between two segments without a discontinuity."),
  "segment-repeated": error("probe", "Two segments of a playlist have the same bytes."),
  "mp4-not-media": error("probe", "A file named as an MP4 is not an MP4."),
  "mp4-truncated": error("probe", "The boxes of an MP4 do not add up to the file."),
  "mp4-no-moov": error("probe", "An MP4 has no movie header."),
  "mp4-repeated": error("probe", "Two MP4s have the same bytes."),
  "mp4-duration": error(
    "probe",
    "The MP4s of a mix play shorter than its playlists, by more than two seconds and a fiftieth.",
  ),
  "mp4-duration-unproven": warning("probe", "The MP4s of a mix play longer, or a failover may have cost one."),
  "snapshot-not-media": error("probe", "A snapshot is not a JPEG."),
  "snapshot-truncated": error("probe", "A snapshot has no end."),
  "checksum-mismatch": error("hash", "The bytes do not match the checksum that the store keeps."),
  "segment-corrupt": error("hash", "In the middle of a segment a packet does not begin as one."),

  "nothing-found": run("error", "Nothing of the recording was found (outcome `not-found`). The subject says where."),
  "manifest-not-written": run("error", "The files were checked, and the manifest could not be written."),
  "agora-error": run("warning", "Agora notified of an error (event 1) while the finalization was under way."),
} as const satisfies Record<string, Row> & Record<PlaylistCheck, TextRow>;

export type CheckId = keyof typeof CHECKS;

/** What a check says of one thing: what should be there, and what is. */
export type Facts = Pick<Problem, "subject" | "expected" | "observed">;

export type CheckedProblem = Problem & { check: CheckId };

/** Makes a problem. Where something is absent, `expected` also names what the recording waits for. */
export function problem(check: CheckId, { subject, expected, observed }: Facts): CheckedProblem {
  return { check, severity: CHECKS[check].severity, subject, expected, observed };
}

export function isAbsence({ check }: CheckedProblem): boolean {
  return CHECKS[check].absence;
}

/** Sorts a copy of the inventory's problems: absences, errors, warnings; those of a playlist's text keep their own order. */
export function sortByImportance(problems: CheckedProblem[]): CheckedProblem[] {
  return problems.toSorted((a, b) => rankOf(a) - rankOf(b));
}

const ORDER = Object.keys(CHECKS);

function rankOf({ check, severity }: CheckedProblem): number {
  if (CHECKS[check].about !== "playlist-text") return ORDER.indexOf(check);
  return severity === "error" ? ORDER.indexOf("named-file-refused") : ORDER.length;
}

function absence(sentence: string): Row {
  return { about: "files", level: "list", severity: "error", absence: true, sentence };
}

function error(level: Level, sentence: string): Row {
  return { about: "files", level, severity: "error", absence: false, sentence };
}

function warning(level: Level, sentence: string): Row {
  return { about: "files", level, severity: "warning", absence: false, sentence };
}

function text(severity: Row["severity"], words: Pick<TextRow, "sentence" | "expected">): TextRow {
  return { about: "playlist-text", level: "list", severity, absence: false, ...words };
}

function run(severity: Row["severity"], sentence: string): Row {
  return { about: "run", level: "list", severity, absence: false, sentence };
}
