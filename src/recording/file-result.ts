import type { StoredChecksum } from "../bucket/bucket.ts";
import type { Problem } from "../contract/problem.ts";

/** What the checks of a level found out about one file. */
export type FileResult = {
  problems: Problem[];
  /** Another ETag than the listing's, and what is wrong if it means another file, and not that the store makes ETags anew. */
  otherEtag?: { etag: string; problem: Problem };
  checksum?: StoredChecksum;
  /** Which version of the object was checked, where the store keeps versions. */
  versionId?: string;
  sha256?: string;
  /** A segment's first time stamp, in ticks of its transport stream. */
  firstTime?: number;
  /** What a segment holds. */
  holds?: { sound: boolean; pictures: boolean };
  /** Equal for two segments, or two MP4s, of one size that begin with the same bytes. */
  fingerprint?: string;
  /** How long an MP4 plays, by the tables of its samples. */
  durationSeconds?: number;
};

export type FileResults = ReadonlyMap<string, FileResult>;
