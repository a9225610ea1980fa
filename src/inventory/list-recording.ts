/**
 * Everything in the bucket that begins as the files of a recording do, and what Agora named besides, or some sets of it.
 *
 * Others may have put a million objects there that begin so as well, and no look may take them all. Where a listing is too
 * long to be whole, the part that begins with the channel too is listed again by itself: when that is whole, every file that
 * can be the recording's is known, and only foreign ones are not.
 */
import type { Bucket, Listing, StoredObject } from "../bucket/bucket.ts";
import { mapConcurrently } from "../lib/map-concurrently.ts";
import type { RecordingKeys } from "../recording/keys.ts";

export type RecordingListing = {
  objects: Map<string, StoredObject>;
  /** The store's clock, at the earliest of the listings. ISO 8601, UTC. */
  storeTime: string;
  /** What may lie there besides `objects`, because a listing was too long. */
  unlisted: "nothing" | "foreign" | "anything";
};

const REQUESTS_AT_ONCE = 4;

/** Lists what begins with these of the naming's prefixes. Throws the port's `BucketError` when it could not look everywhere. */
export async function listRecording(
  bucket: Bucket,
  { naming, prefixes }: { naming: RecordingKeys; prefixes: string[] },
  signal: AbortSignal,
): Promise<RecordingListing> {
  const listEach = async (starts: string[]): Promise<Listing[]> =>
    mapConcurrently(starts, { limit: REQUESTS_AT_ONCE, work: (prefix) => bucket.list(prefix, signal) });

  const wide = await listEach(prefixes);
  const long = prefixes.filter((_, index) => wide[index]?.complete === false);
  const narrow = await listEach(long.map((prefix) => naming.withChannel(prefix)));

  const listings = [...wide, ...narrow];
  const objects = new Map(listings.flatMap((listing) => listing.objects).map((object) => [object.key, object]));
  const hasAll = narrow.every(({ complete }) => complete);
  return {
    objects,
    storeTime: earliest(listings.map(({ storeTime }) => storeTime)),
    unlisted: long.length === 0 ? "nothing" : hasAll ? "foreign" : "anything",
  };
}

/** An object that arrives between two listings must not look older than it is. */
export function earliest(times: string[]): string {
  return times.reduce((first, time) => (Date.parse(time) < Date.parse(first) ? time : first));
}
