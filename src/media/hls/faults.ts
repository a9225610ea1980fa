/** What can be wrong with the text of a playlist. The sections are RFC 8216's; `checks/checks.ts` says what each means. */
export type PlaylistCheck =
  | "playlist-unreadable"
  /** Section 4.1: clients should fail on a byte order mark. Players do not. */
  | "playlist-byte-order-mark"
  | "playlist-truncated"
  /** Section 4.1. */
  | "playlist-control-character"
  /** Section 4.3.3.1. */
  | "playlist-target-duration"
  /** Section 4.3.2.1. */
  | "playlist-duration-invalid"
  /** Section 4.3.2.1: each segment requires an #EXTINF. */
  | "playlist-duration-missing"
  /** Section 4.3.2.1: an #EXTINF applies to the next URI only. */
  | "playlist-uri-missing"
  | "playlist-uri-duplicate"
  /** Agora writes plain file names; anything else could point out of the recording. */
  | "playlist-uri-refused"
  /** Section 4.3.3.4 allows the tag anywhere. Agora writes it last, so lines after it are a fault. */
  | "playlist-data-after-end"
  | "playlist-without-segments"
  | "playlist-byte-range"
  | "playlist-map"
  | "playlist-key"
  | "playlist-master";

export type PlaylistFault = {
  check: PlaylistCheck;
  /** Counted from 1. */
  line: number;
  /** In our own words, without any text of the playlist. */
  observed: string;
};
