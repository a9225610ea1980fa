/** A parsed playlist. */
import type { PlaylistFault } from "./faults.ts";

export type PlaylistSegment = {
  /** As written, without spaces around it and `./` before it; each at most once. */
  uri: string;
  /** 0 where the playlist gives no usable duration. */
  durationSeconds: number;
  /** Whether the playlist announces an interruption before it. */
  discontinuity: boolean;
};

export type ParsedPlaylist = {
  ended: boolean;
  targetDurationSeconds: number | null;
  segments: PlaylistSegment[];
  durationSeconds: number;
  faults: PlaylistFault[];
};

/** The result for a text that is not a playlist: empty, so that it counts as not ended. `observed` says what the text is. */
export function unreadable(observed: string): ParsedPlaylist {
  return {
    ended: false,
    targetDurationSeconds: null,
    segments: [],
    durationSeconds: 0,
    faults: [{ check: "playlist-unreadable", line: 1, observed }],
  };
}
