/** Every check of a playlist of playlists: what its failing means, and what was expected. */
export const MASTER_PLAYLIST_CHECKS = {
  /** Empty, too large, not UTF-8, another kind of document, or a playlist of segments. */
  "master-unreadable": { severity: "error", expected: "an HLS playlist of playlists in UTF-8" },
  "master-byte-order-mark": { severity: "warning", expected: "no byte order mark" },
  /** The text stops within a line. */
  "master-truncated": { severity: "error", expected: "a whole last line" },
  "master-control-character": { severity: "error", expected: "no control characters" },
  /** RFC 8216, section 4.2. */
  "master-attributes": { severity: "error", expected: "a list of attributes behind the tag" },
  /** Section 4.3.4.2: the URI is in the line behind #EXT-X-STREAM-INF. */
  "master-uri-missing": { severity: "error", expected: "a URI after each #EXT-X-STREAM-INF" },
  "master-uri-unannounced": { severity: "error", expected: "#EXT-X-STREAM-INF before each URI" },
  /** Agora writes plain file names; anything else could point out of the recording. */
  "master-uri-refused": { severity: "error", expected: "the plain name of a playlist beside it" },
  /** Section 4.3.4.2: the group that a variant refers to is one of the playlist's own. */
  "master-group-missing": { severity: "warning", expected: "each group that is referred to" },
  /** Section 4.1: a playlist must not hold both. */
  "master-with-segments": { severity: "error", expected: "playlists only, no #EXTINF" },
  "master-without-playlists": { severity: "error", expected: "at least one playlist" },
} as const satisfies Record<string, { severity: "error" | "warning"; expected: string }>;

export type MasterPlaylistCheck = keyof typeof MASTER_PLAYLIST_CHECKS;

export type MasterPlaylistFinding = {
  check: MasterPlaylistCheck;
  severity: "error" | "warning";
  /** Counted from 1. */
  line: number;
  expected: string;
  /** In our own words: no text of the playlist is in it. */
  observed: string;
};
