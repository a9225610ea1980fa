import type { StoredChecksum } from "../bucket/bucket.ts";
import type { Problem } from "../contract/problem.ts";

/** What a level learnt of one file. */
export type FileResult = {
  problems: Problem[];
  checksum?: StoredChecksum;
  sha256?: string;
  /** A segment's first time stamp, in ticks of its transport stream. */
  firstTime?: number;
  /** The same for segments, or MP4s, that begin with the same bytes and have the same size. */
  fingerprint?: string;
  /** How long an MP4 plays, by its own header. */
  durationSeconds?: number;
};
