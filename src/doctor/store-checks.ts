/**
 * The permissions in a store: list, write and read, one result each, through the same port as the worker.
 *
 * Only a real write proves the permission: of a request that must fail (a wrong digest, an impossible condition) some stores
 * check the permission first, others last. Neither the port nor a worker's keys can delete, so the object stays: always the
 * same few bytes under the same key, which explain themselves.
 */
import { type Bucket, BucketError } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";
import { type BucketSettings, openBucket } from "../bucket/open-bucket.ts";
import { fromError, type CheckResult, LIMIT_MS, ok, skipped, type CheckOutcome } from "./check.ts";

export type StoreOptions = {
  store: string;
  settings: BucketSettings;
  /** The directory that the keys may use: empty, or with a slash at its end. */
  prefix: string;
  /** Whether to write. */
  write: boolean;
};

const FILE = "tailslate-doctor.txt";
const TEXT = "Written by tailslate doctor to see whether a manifest could be written here. It may be deleted.\n";
const MAX_BYTES = 1024;

/** `undefined` after a success. */
type Failure = { error: unknown } | undefined;

/** Three results: list, write and read. */
export async function checkStore({ store, settings, prefix, write }: StoreOptions): Promise<CheckResult[]> {
  const bucket = openBucket(settings);
  const key = `${prefix}${FILE}`;
  const result = (verb: string, verdict: CheckOutcome): CheckResult => ({
    check: `store ${store} ${verb}`,
    ...verdict,
  });

  const listing = await attempt((signal) => bucket.list(key, signal));
  const list = result("list", toOutcome(listing, "list it"));
  const obstacle = findObstacle(listing);
  if (obstacle !== undefined) return [list, result("write", skipped(obstacle)), result("read", skipped(obstacle))];

  const written = write ? await checkWrite(bucket, key) : skipped("Not tried, as asked");
  // Without the permission to list, stores answer 403 for a missing object.
  const canTell = listing === undefined || written.status === "ok";
  const read = canTell ? await checkRead(bucket, key) : skipped("Nothing was written that could be read");
  return [list, result("write", written), result("read", read)];
}

async function checkWrite(bucket: Bucket, key: string): Promise<CheckOutcome> {
  const writing = await attempt((signal) =>
    bucket.put(key, new TextEncoder().encode(TEXT), { signal, contentType: "text/plain" }),
  );
  return writing === undefined ? ok(`Permitted: ${key} now lies there`) : toOutcome(writing, "write into it");
}

async function checkRead(bucket: Bucket, key: string): Promise<CheckOutcome> {
  const reading = await attempt(async (signal) => {
    const object = await bucket.get(key, { signal });
    if (object !== undefined) await readAll(object.body, MAX_BYTES);
  });
  return toOutcome(reading, "read from it");
}

async function attempt(act: (signal: AbortSignal) => Promise<unknown>): Promise<Failure> {
  try {
    await act(AbortSignal.timeout(LIMIT_MS));
    return undefined;
  } catch (error) {
    return { error };
  }
}

function toOutcome(failure: Failure, action: string): CheckOutcome {
  return failure === undefined ? ok("Permitted") : fromError(failure.error, findRemedy(failure.error, action));
}

function findRemedy(error: unknown, action: string): string {
  switch (error instanceof BucketError ? error.kind : "unavailable") {
    case "denied":
      return `Check accessKey and secretKey, and that they may ${action}; --prefix, where they may use one directory only`;
    case "no-bucket":
      return "Check bucket, region and endpoint";
    case "unreadable":
      return "Check the bucket's encryption: the keys may not use its key to read what they wrote";
    case "unavailable":
      return "Check vendor, region, endpoint and addressing, and the network";
  }
}

/** Why the other checks would fail as well. */
function findObstacle(failure: Failure): string | undefined {
  if (failure === undefined) return undefined;
  const { error } = failure;
  if (!(error instanceof BucketError) || error.status === undefined) return "The store cannot be reached";
  return error.kind === "no-bucket" ? "There is no such bucket" : undefined;
}
