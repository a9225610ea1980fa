/**
 * Every check of a playlist's text: its stable, public id, what its failing means and what was expected.
 * The checks of the inventory stand in `finding.ts`, those of the files themselves in `file-problem.ts`.
 */
export const PLAYLIST_CHECKS = {
  /** Not a playlist that can be read: empty, too large, not UTF-8, or another kind of document. */
  "playlist-unreadable": { severity: "error", expected: "an HLS media playlist in UTF-8" },
  /** RFC 8216, section 4.1: clients should fail on a byte order mark. Real players do not. */
  "playlist-byte-order-mark": { severity: "warning", expected: "no byte order mark" },
  /** The text stops within a line. */
  "playlist-truncated": { severity: "error", expected: "a line feed or #EXT-X-ENDLIST at the end" },
  /** Section 4.1. */
  "playlist-control-character": { severity: "error", expected: "no control characters" },
  /** Section 4.3.3.1. */
  "playlist-target-duration": { severity: "warning", expected: "one #EXT-X-TARGETDURATION in whole seconds" },
  /** Section 4.3.2.1. */
  "playlist-duration-invalid": {
    severity: "error",
    expected: "#EXTINF with a decimal number of seconds, at most a day",
  },
  /** Section 4.3.2.1: #EXTINF is required for each segment, */
  "playlist-duration-missing": { severity: "error", expected: "#EXTINF before each URI" },
  /** and applies to the next URI only. */
  "playlist-uri-missing": { severity: "error", expected: "a URI after each #EXTINF" },
  "playlist-uri-duplicate": { severity: "error", expected: "each segment once" },
  /** Agora writes plain file names; anything else could point out of the recording. */
  "playlist-uri-refused": { severity: "error", expected: "the plain name of a file beside the playlist" },
  /** Section 4.3.3.4 lets the tag stand anywhere; Agora writes it last, so whatever follows was not meant to. */
  "playlist-data-after-end": { severity: "error", expected: "nothing after #EXT-X-ENDLIST" },
  "playlist-without-segments": { severity: "error", expected: "at least one segment before #EXT-X-ENDLIST" },
  "playlist-byte-range": { severity: "error", expected: "whole files as segments, no #EXT-X-BYTERANGE" },
  "playlist-map": { severity: "error", expected: "self-contained segments, no #EXT-X-MAP" },
  "playlist-key": { severity: "warning", expected: "segments that need no key, no #EXT-X-KEY" },
  "playlist-master": { severity: "error", expected: "a media playlist, no #EXT-X-STREAM-INF" },
} as const satisfies Record<string, { severity: "error" | "warning"; expected: string }>;

export type PlaylistCheck = keyof typeof PLAYLIST_CHECKS;

export type PlaylistFinding = {
  check: PlaylistCheck;
  severity: "error" | "warning";
  /** Counted from 1. */
  line: number;
  expected: string;
  /** In our own words: no text of the playlist stands in it. */
  observed: string;
};
