/**
 * Every check of the inventory: its stable, public id and what its failing means. The checks of a playlist's text
 * stand in `playlist-checks.ts`, those of the files themselves in `file-problem.ts`.
 */
import type { Problem } from "../contract/problem.ts";

/** `absent`: an error that keeps the recording from being complete; the most important first. */
export const INVENTORY_CHECKS = {
  /** A playlist that `expect` demands, or whose segments are there. */
  "playlist-missing": "absent",
  /** A user of `uids` has no playlist. */
  "track-missing": "absent",
  /** A file that Agora named is not there, or empty. */
  "named-file-missing": "absent",
  /** An MP4 that `expect` demands, or one between two others. */
  "mp4-missing": "absent",
  "snapshot-missing": "absent",
  /** A playlist in force does not end with `#EXT-X-ENDLIST`. */
  "playlist-unfinished": "absent",
  /** A segment that a playlist in force names. */
  "segment-missing": "absent",
  "segment-empty": "absent",
  "mp4-empty": "absent",
  "snapshot-empty": "absent",
  /** Agora named a file outside the prefix, or with a name that no key can have. */
  "named-file-refused": "error",
  /** More objects begin like the recording's files than a look takes: some of its own may not have been seen. */
  "listing-too-long": "error",
  /** A playlist in force names a file that does not share its stem: it is another track's, or another recording's. */
  "segment-foreign": "error",
  /** A playlist in force names its segments in another order than that of the times in their names. */
  "segment-names-order": "error",
  /** A segment that its own playlist, which has ended, does not name. */
  "segment-orphan": "error",
  /** The playlist of a server that failed: another continued the recording. */
  "cut-by-failover": "warning",
  /** Individual mode, and nobody told which tracks there are: one that never arrived cannot be missed. */
  "file-set-not-reported": "warning",
  /** More foreign objects than the manifest lists. */
  "foreign-too-many": "warning",
  /** A segment longer than the playlist's target duration, rounded (RFC 8216, section 4.3.3.1). */
  "segment-too-long": "warning",
  /** Time between two segments for which the playlist announces no discontinuity. */
  "segment-gap": "warning",
  /** A segment that the playlist of a server that failed did not come to name. */
  "segment-after-failover": "warning",
} as const satisfies Record<string, "absent" | "error" | "warning">;

type InventoryCheck = keyof typeof INVENTORY_CHECKS;

export type Finding = Problem & { absent: boolean };

/** Makes a finding of the inventory. Where something is absent, `expected` also says what is waited for. */
export function finding(check: InventoryCheck, facts: Pick<Problem, "subject" | "expected" | "observed">): Finding {
  const meaning = INVENTORY_CHECKS[check];
  return { check, severity: meaning === "warning" ? "warning" : "error", absent: meaning === "absent", ...facts };
}

/** Sorts a copy: what is absent, other errors, warnings; within these in the order of the table, else as they came. */
export function byImportance(findings: Finding[]): Finding[] {
  return findings.toSorted((a, b) => rank(a) - rank(b));
}

const ORDER: string[] = Object.keys(INVENTORY_CHECKS);

function rank({ check, severity }: Finding): number {
  const place = ORDER.indexOf(check);
  if (place >= 0) return place;
  return severity === "error" ? ORDER.indexOf("named-file-refused") : ORDER.length;
}
