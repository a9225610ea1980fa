/**
 * Every check: its stable, public id, what its failure means and what it says to people. docs/levels.md prints this table
 * (`npm run levels`). Pure, because workflows read it too.
 */
import type { Level, Problem } from "../contract/problem.ts";
import { MPD_CHECKS, type MpdCheck } from "../media/dash/findings.ts";
import type { PlaylistCheck } from "../media/hls/faults.ts";
import { MASTER_PLAYLIST_CHECKS, type MasterPlaylistCheck } from "../media/hls/master-findings.ts";

type Row = {
  about: "files" | "playlist-text" | "run";
  /** The first level that can see it. */
  level: Level;
  severity: Problem["severity"];
  /** What may still come, so that the recording waits for it: a file that was not seen, or the rest of one that was. */
  absence: "missing" | "unfinished" | null;
  /** What went wrong; `code` as in Markdown. */
  sentence: string;
};
type TextRow = Row & {
  /** What the problem says under `expected`. */
  expected: string;
};

/** The most important first: `sortByImportance` keeps this order. */
export const CHECKS = {
  "failover-set-missing": absence("Of a server nothing is there, but files of a later one are."),
  "playlist-missing": absence(
    "A playlist is missing that `expect` demands, of each server that left a file, or that has segments.",
  ),
  "track-missing": absence(
    "A user of `uids` has no playlist, no snapshot where only snapshots are expected, or not the track demanded.",
  ),
  "named-file-missing": absence("A file that Agora named is missing or empty."),
  "mp4-missing": absence(
    "An MP4 is missing that `expect` demands, of each server that left a file, or that has a number below another's.",
  ),
  "mp3-missing": absence(
    "Sound alone (MP3, M4A or AAC) is missing that `expect` demands, or that has a number below that of another.",
  ),
  "snapshot-missing": absence(
    "`expect` demands snapshots, and there are none, or none of a user of `uids` who has pictures.",
  ),
  "playlist-unfinished": unfinished("A playlist in force does not end with `#EXT-X-ENDLIST`."),
  "segment-missing": absence("A segment is missing that a playlist in force names."),
  "segment-empty": unfinished("A segment that a playlist in force names has no bytes."),
  "mp4-empty": unfinished("An MP4 has no bytes."),
  "mp3-empty": unfinished("An MP3, M4A or AAC has no bytes."),
  "snapshot-empty": unfinished("A snapshot has no bytes."),
  "named-file-refused": error(
    "list",
    "Agora named a file outside the prefix, or with a name that no key can have. It is not looked up.",
  ),
  "listing-too-long": error(
    "list",
    "More than 200,000 objects begin like the recording's files, even with its channel. Some files may be unseen.",
  ),
  "segment-foreign": error("list", "A playlist names a file of another track or recording."),
  "playlist-foreign": error("list", "A playlist of playlists names a file that is no playlist of the same user."),
  "segment-names-order": error("list", "A playlist names its segments in another order than their names' times."),
  "segment-orphan": error("list", "A finished playlist does not name a segment of its track."),
  "cut-by-failover": warning("list", "The playlist of a server that failed has no end. Another server continued."),
  "user-absent-after-failover": warning(
    "list",
    "A user of `uids` has no track of a later server. The user may have left.",
  ),
  "track-not-had": warning(
    "list",
    "A playlist of playlists names a track of which nothing is there: that user sent no sound, or no pictures.",
  ),
  "file-set-not-reported": warning(
    "list",
    "Neither Agora nor `uids` says which tracks exist. A missing one goes unseen.",
  ),
  "foreign-too-many": warning(
    "list",
    "More than 1,000 other objects begin like the recording's files. The manifest lists only some of them.",
  ),
  "segment-too-long": warning("list", "A segment is longer than the target duration of its playlist."),
  "segment-gap": warning("list", "Time passes between two segments, and the playlist announces no discontinuity."),
  "segment-after-failover": warning("list", "The playlist of a failed server does not name a segment of its track."),

  "playlist-unreadable": textError(
    "The object is empty, too large, not UTF-8, or another kind of document.",
    "an HLS media playlist in UTF-8",
  ),
  "playlist-truncated": textError("The text stops within a line.", "a line feed or #EXT-X-ENDLIST at the end"),
  "playlist-control-character": textError("A line holds a control character.", "no control characters"),
  "playlist-duration-invalid": textError(
    "An `#EXTINF` has no decimal number of seconds, or more than a day.",
    "#EXTINF with a decimal number of seconds, at most a day",
  ),
  "playlist-duration-missing": textError("A name has no `#EXTINF` before it.", "#EXTINF before each URI"),
  "playlist-uri-missing": textError("An `#EXTINF` has no name after it.", "a URI after each #EXTINF"),
  "playlist-uri-duplicate": textError("The playlist names a segment twice.", "each segment once"),
  "playlist-uri-refused": textError(
    "A name is a path, a URL, or cannot be a key. It is not looked up.",
    "the plain name of a file beside the playlist",
  ),
  "playlist-data-after-end": textError(
    "Segments, or a second playlist, follow `#EXT-X-ENDLIST`.",
    "no segment after #EXT-X-ENDLIST",
  ),
  "playlist-without-segments": textError(
    "The playlist has ended and names no segment.",
    "at least one segment before #EXT-X-ENDLIST",
  ),
  "playlist-beginning-missing": textError(
    "The first server's first segment is not number 0: segments were taken out of its playlist's beginning.",
    "no #EXT-X-MEDIA-SEQUENCE above 0",
  ),
  "playlist-byte-range": textError(
    "The playlist names parts of files.",
    "whole files as segments, no #EXT-X-BYTERANGE",
  ),
  "playlist-map": textError("The segments need an initialization section.", "self-contained segments, no #EXT-X-MAP"),
  "playlist-master": textError("The playlist names other playlists.", "a media playlist, no #EXT-X-STREAM-INF"),
  "playlist-key": textWarning("The segments need a key.", "segments that need no key, no #EXT-X-KEY"),
  "playlist-gap": textWarning(
    "The playlist itself says that a segment is missing. Its file is expected all the same.",
    "no #EXT-X-GAP",
  ),
  "playlist-byte-order-mark": textWarning(
    "The text begins with a byte order mark. Players accept it.",
    "no byte order mark",
  ),
  "playlist-spelling": textWarning(
    "Lines have spaces at an end or in a tag, a name begins with `./`, or tags follow the end. Players accept it.",
    "lines as Agora writes them",
  ),
  "playlist-target-duration": textWarning(
    "The playlist has no target duration in whole seconds.",
    "one #EXT-X-TARGETDURATION in whole seconds",
  ),

  "master-unreadable": masterText(
    "master-unreadable",
    "A playlist of playlists is too large, not UTF-8, or another kind of document.",
  ),
  "master-truncated": masterText("master-truncated", "Its text stops within a line."),
  "master-control-character": masterText("master-control-character", "A line of it holds a control character."),
  "master-attributes": masterText("master-attributes", "A tag of it has attributes that cannot be read."),
  "master-uri-missing": masterText("master-uri-missing", "An `#EXT-X-STREAM-INF` has no name after it."),
  "master-uri-unannounced": masterText("master-uri-unannounced", "A name has no `#EXT-X-STREAM-INF` before it."),
  "master-uri-refused": masterText(
    "master-uri-refused",
    "A name is a path, a URL, or cannot be a key. It is not looked up.",
  ),
  "master-with-segments": masterText("master-with-segments", "It names segments as well."),
  "master-without-playlists": masterText("master-without-playlists", "It names no playlist."),
  "master-group-missing": masterText("master-group-missing", "It refers to a group that it does not have."),
  "master-byte-order-mark": masterText(
    "master-byte-order-mark",
    "The text begins with a byte order mark. Players accept it.",
  ),
  "mpd-unreadable": mpdText(
    "mpd-unreadable",
    "An MPD is empty, too large, not UTF-8, not XML, or another kind of document.",
  ),
  "mpd-without-media": mpdText("mpd-without-media", "It names no file."),
  "mpd-uri-refused": mpdText("mpd-uri-refused", "A name is a path, a URL, or cannot be a key. It is not looked up."),
  "mpd-template-invalid": mpdText("mpd-template-invalid", "A template gives no name for each segment."),
  "mpd-timeline-invalid": mpdText(
    "mpd-timeline-invalid",
    "The numbers, times or lengths of its segments make no sense.",
  ),
  "mpd-too-many-files": mpdText("mpd-too-many-files", "It names more files than three weeks have."),
  "mpd-unsupported": mpdText("mpd-unsupported", "It names parts of files, or documents that lie elsewhere."),

  "object-changed": error("head", "A file has changed or gone since it was listed."),
  "store-etags-differ": warning(
    "head",
    "The store gives another ETag for a file than for its listing. Sizes and times are compared instead.",
  ),
  "mp4-unfinished": lateAbsence("An MP4 is still being written, or its writer died: it has no movie header yet."),
  "mp4-duration": lateAbsence(
    "The MP4s of a mix are shorter than its playlists, by more than two seconds and a fiftieth.",
  ),
  "file-unreadable": error("head", "The store has a file and does not give it: it is archived, or its key is denied."),
  "track-empty": error(
    "probe",
    "In mode `raw` no segment of a user holds the sound, or the pictures, that `uids` demands.",
  ),
  "segment-not-media": error("probe", "A segment is not a transport stream with pictures or sound, and not WebM."),
  "segment-truncated": error("probe", "A segment does not consist of whole packets, or of whole elements of WebM."),
  "segment-corrupt": error(
    "probe",
    "Packets of a segment are missing, are none, or are marked as damaged. Level `hash` sees all of them.",
  ),
  "segment-duration": error("probe", "A segment with sound is shorter than its playlist says, by a second or more."),
  "segment-order": error("probe", "The time stamps step back between two segments without a discontinuity."),
  "segment-repeated": error("probe", "Two segments of a playlist have the same bytes."),
  "track-kind-wrong": error("probe", "A track that is named as sound holds pictures, or one of pictures only sound."),
  "mp3-not-media": error("probe", "A file named as an MP3, M4A or AAC is none."),
  "mp4-not-media": error("probe", "A file named as an MP4 is not an MP4."),
  "mp4-truncated": error("probe", "The boxes of an MP4 do not add up to the file, or its media are not in it."),
  "mp4-no-moov": error("probe", "An MP4 has no movie header."),
  "mp4-gap": error("probe", "More than a second is missing between two fragments of an MP4."),
  "mp4-repeated": error("probe", "Two MP4s have the same bytes."),
  "snapshot-not-media": error("probe", "A snapshot is not a JPEG."),
  "snapshot-truncated": error("probe", "A snapshot has no end."),
  "checksum-mismatch": error("hash", "The bytes do not match the checksum that the store keeps."),
  "segment-duration-unproven": warning(
    "probe",
    "A segment is longer than its playlist says, or pictures alone are shorter: they may stand still.",
  ),
  "segment-sound-short": warning("probe", "The sound of a segment begins late or ends early, while pictures play."),
  "segment-pictures-short": warning("probe", "The pictures of a segment begin late or end early, while sound plays."),
  "segment-stream-missing": warning(
    "probe",
    "A segment announces sound or pictures and has none, or is of some milliseconds and has no media.",
  ),
  "segment-times": warning("probe", "Within a segment time passes without sound, or the time stamps begin anew."),
  "segment-unproven": warning("probe", "The packets of a segment are scrambled or not counted, or too much to read."),
  "media-repeated": warning("probe", "Two tracks, users or servers have the same media, or a playlist its silence."),
  "mp4-duration-unproven": warning("probe", "The MP4s of a mix are longer, or a failover may have cost one."),
  "mp4-unproven": warning("probe", "An MP4 asks for more work than is done for one file."),
  "snapshot-unproven": warning("probe", "A snapshot asks for more work than is done for one file."),

  "nothing-found": run("error", "Nothing of the recording was found (outcome `not-found`). The subject says where."),
  "session-not-ended": {
    ...run("error", "Nothing proves that the session has ended after a stop that is `unconfirmed`: it may still run."),
    absence: "unfinished",
  },
  "manifest-not-written": run("error", "The files were checked, and the manifest could not be written."),
  "agora-error": run("warning", "Agora notified of an error (event 1) while the finalization was under way."),
  "agora-warning": run(
    "warning",
    "Agora notified of a warning (event 2): files were sent again, or to its backup cloud.",
  ),
  "session-ended-abnormally": run("warning", "Agora said that the session ended abnormally (event 11, or status 20)."),
  "web-recorder-stopped": run("warning", "The web recorder stopped by itself (event 71). The code says why."),
  "storage-token-expired": run(
    "warning",
    "Agora's temporary keys for the store expired during the recording (event 34).",
  ),
  "transcoding-failed": run("warning", "Agora could not transcode all files to MP4 afterwards (events 81 and 1001)."),
  "resource-expired": run("warning", "Agora no longer knows the recording's resource, so the stop proves nothing."),
  "named-files-cut": run("warning", "Notifications named more files than are kept. Those beyond are not looked up."),
} as const satisfies Record<string, Row> & Record<PlaylistCheck | MasterPlaylistCheck | MpdCheck, TextRow>;

export type CheckId = keyof typeof CHECKS;

/** What a check says of one thing: what should be there, and what is. */
export type Facts = Pick<Problem, "subject" | "expected" | "observed">;

export type CheckedProblem = Problem & { check: CheckId };

/** Makes a problem. Where something is absent, `expected` also names what the recording waits for. */
export function problem(check: CheckId, { subject, expected, observed }: Facts): CheckedProblem {
  return { check, severity: CHECKS[check].severity, subject, expected, observed };
}

export function isAbsence({ check }: Pick<Problem, "check">): boolean {
  return isCheckId(check) && CHECKS[check].absence !== null;
}

/** Whether it says only that no listing showed a file. */
export function isUnseen({ check }: CheckedProblem): boolean {
  return CHECKS[check].absence === "missing";
}

function isCheckId(check: string): check is CheckId {
  return Object.hasOwn(CHECKS, check);
}

/** Sorts a copy of the inventory's problems: absences, errors, warnings; those of a playlist's text keep their own order. */
export function sortByImportance(problems: CheckedProblem[]): CheckedProblem[] {
  return problems.toSorted((a, b) => computeRank(a) - computeRank(b));
}

const ORDER = Object.keys(CHECKS);

function computeRank({ check, severity }: CheckedProblem): number {
  if (CHECKS[check].about !== "playlist-text") return ORDER.indexOf(check);
  return severity === "error" ? ORDER.indexOf("named-file-refused") : ORDER.length;
}

function absence(sentence: string): Row {
  return { about: "files", level: "list", severity: "error", absence: "missing", sentence };
}

function unfinished(sentence: string): Row {
  return { ...absence(sentence), absence: "unfinished" };
}

/** An absence that only the files themselves show. */
function lateAbsence(sentence: string): Row {
  return { ...unfinished(sentence), level: "probe" };
}

function error(level: Level, sentence: string): Row {
  return { about: "files", level, severity: "error", absence: null, sentence };
}

function warning(level: Level, sentence: string): Row {
  return { ...error(level, sentence), severity: "warning" };
}

function textError(sentence: string, expected: string): TextRow {
  return { ...error("list", sentence), about: "playlist-text", expected };
}

function textWarning(sentence: string, expected: string): TextRow {
  return { ...textError(sentence, expected), severity: "warning" };
}

/** A row for a check of a reader that keeps severity and expectation in a table of its own. */
function masterText(check: MasterPlaylistCheck, sentence: string): TextRow {
  const { severity, expected } = MASTER_PLAYLIST_CHECKS[check];
  return { ...textError(sentence, expected), severity };
}

function mpdText(check: MpdCheck, sentence: string): TextRow {
  const { severity, expected } = MPD_CHECKS[check];
  return { ...textError(sentence, expected), severity };
}

function run(severity: Row["severity"], sentence: string): Row {
  return { ...error("list", sentence), about: "run", severity };
}
