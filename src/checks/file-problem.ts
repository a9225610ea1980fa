/**
 * Every check of the files themselves, from level `head` on: its stable, public id and what its failing means.
 * The checks of the inventory stand in `finding.ts`, those of a playlist's text in `playlist.ts`.
 */
import type { Problem } from "../contract/problem.ts";

export const FILE_CHECKS = {
  /** The file is another one, or gone, since it was listed. */
  "object-changed": "error",
  /** The bytes read are not those of which the store keeps the checksum. */
  "checksum-mismatch": "error",
  "segment-not-media": "error",
  /** No whole number of transport packets, or an end without any. */
  "segment-truncated": "error",
  /** A packet in the middle that does not begin as one. */
  "segment-corrupt": "error",
  /** The same bytes under two names. */
  "segment-repeated": "error",
  "mp4-repeated": "error",
  /** The times in a segment step back although the playlist announces no discontinuity. */
  "segment-order": "error",
  /** The sound of a segment does not last as long as its playlist says. */
  "segment-duration": "error",
  /** The same of pictures alone: they have no new time stamps while they stand still. */
  "segment-duration-unproven": "warning",
  "mp4-not-media": "error",
  "mp4-truncated": "error",
  "mp4-no-moov": "error",
  /** The MP4s of a mix play shorter than its playlists. */
  "mp4-duration": "error",
  /** They play longer, or a failover may have cost one: an interruption counts in one and not in the other. */
  "mp4-duration-unproven": "warning",
  "snapshot-not-media": "error",
  "snapshot-truncated": "error",
} as const satisfies Record<string, Problem["severity"]>;

/** Makes a problem of a file. */
export function fileProblem(
  check: keyof typeof FILE_CHECKS,
  facts: Pick<Problem, "subject" | "expected" | "observed">,
): Problem {
  return { check, severity: FILE_CHECKS[check], ...facts };
}
