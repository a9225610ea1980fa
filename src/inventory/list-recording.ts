/**
 * Lists every object that begins like a file of the recording, and what Agora named besides; or some sets of it.
 *
 * Foreign objects may share the prefix in any number, and no look may take them all. Where a listing is too long to be
 * complete, its part that begins with the channel too is listed again: when that is complete, every file that can belong to
 * the recording is known, and only foreign ones are not.
 */
import type { Listing, StoredObject } from "../bucket/bucket.ts";
import { mapConcurrently } from "../lib/map-concurrently.ts";
import type { RecordingKeys } from "../recording/keys.ts";
import type { StoreReader } from "../recording/types.ts";

/** Which of the recording's listing prefixes to look under. */
export type ListRequest = { keys: RecordingKeys; prefixes: string[] };

export type RecordingListing = {
  objects: Map<string, StoredObject>;
  /** The store's clock, at the earliest of the listings. ISO 8601, UTC. */
  storeTime: string;
  /** What may lie there besides `objects`, because a listing was too long. */
  unlisted: "nothing" | "unrecognized" | "unknown";
};

const REQUESTS_AT_ONCE = 4;

/** Lists under these prefixes. Throws the port's `BucketError` when one of them cannot be listed. */
export async function listRecording(
  { bucket, signal }: StoreReader,
  { keys, prefixes }: ListRequest,
): Promise<RecordingListing> {
  const listEach = async (starts: string[]): Promise<Listing[]> =>
    mapConcurrently(starts, { limit: REQUESTS_AT_ONCE, work: (prefix) => bucket.list(prefix, signal) });

  const wide = await listEach(prefixes);
  const long = prefixes.filter((_, index) => wide[index]?.complete === false);
  const narrow = await listEach(long.map((prefix) => keys.withChannel(prefix)));

  const listings = [...wide, ...narrow];
  const objects = listings.flatMap((listing) => listing.objects);
  return {
    objects: new Map(objects.map((object) => [object.key, object])),
    storeTime: findEarliest(listings.map(({ storeTime }) => storeTime)),
    unlisted: decideUnlisted(long, narrow),
  };
}

function decideUnlisted(long: string[], narrow: Listing[]): RecordingListing["unlisted"] {
  if (long.length === 0) return "nothing";
  return narrow.every(({ complete }) => complete) ? "unrecognized" : "unknown";
}

/** The earliest counts, because an object that arrives between two listings must not look older than it is. */
export function findEarliest(times: string[]): string {
  return times.reduce((first, time) => (Date.parse(time) < Date.parse(first) ? time : first));
}
