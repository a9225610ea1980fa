/** What can be wrong with the text of a playlist. The sections are RFC 8216's; `checks/checks.ts` says what each means. */
export type PlaylistCheck =
  | "playlist-unreadable"
  /** Section 4.1: clients should fail on a byte order mark. Players do not. */
  | "playlist-byte-order-mark"
  | "playlist-truncated"
  /** Sections 4.1 and 4.3.2.1 allow no such spaces, section 4.3.3.4 a tag behind the end. Players accept both. */
  | "playlist-spelling"
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
  /** Section 4.3.3.4 allows the tag anywhere. Agora writes it last, so segments after it are a fault. */
  | "playlist-data-after-end"
  | "playlist-without-segments"
  /** Section 4.3.3.2. */
  | "playlist-beginning-missing"
  /** RFC 8216bis, section 4.4.4.7: the segment behind it is missing by intent. Its file is expected all the same. */
  | "playlist-gap"
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
