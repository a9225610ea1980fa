/** Whether an object is still the one that was listed. */
import type { StoredObject } from "./bucket.ts";

type Facts = Pick<StoredObject, "sizeBytes" | "etag" | "lastModified">;

/**
 * `same`: the size, and the ETag or, where a store gives none, the time. `etag-differs`: the size and the time, but another
 * ETag, as from stores that compute it anew for each kind of answer. `changed`: another object.
 */
export type Comparison = "same" | "etag-differs" | "changed";

/** Headers have whole seconds, listings have fractions. */
const SECOND_MS = 1000;

export function compareObjects(listed: Facts, found: Facts): Comparison {
  if (listed.sizeBytes !== found.sizeBytes) return "changed";
  if (listed.etag !== "" && stripPartCount(listed) === stripPartCount(found)) return "same";
  if (!hasSameTime(listed, found)) return "changed";
  return listed.etag === "" || found.etag === "" ? "same" : "etag-differs";
}

/** Without the number of parts, which some stores append in one kind of answer only. */
function stripPartCount({ etag }: Facts): string {
  return etag.toLowerCase().replace(/-\d+$/, "");
}

function hasSameTime(a: Facts, b: Facts): boolean {
  return Math.abs(Date.parse(a.lastModified) - Date.parse(b.lastModified)) < SECOND_MS;
}
