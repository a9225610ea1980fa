/**
 * What a store lets us do: list, write, read, one result each, through the same port as all else.
 *
 * Only a write proves that one is permitted. Requests that are meant to fail (a wrong digest, a condition that cannot hold)
 * are judged by some stores before the permission, by others after it. The port has no delete, nor do a worker's keys need
 * one, so what was written stays: always the same few bytes under the same key, which say themselves what they are.
 */
import { type Bucket, BucketError } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";
import { type BucketSettings, openBucket } from "../bucket/open-bucket.ts";
import { fromError, type CheckResult, LIMIT_MS, ok, skipped, type CheckOutcome } from "./check.ts";

export type StoreOptions = {
  store: string;
  settings: BucketSettings;
  /** Where the keys may list and write, as in an object's key: empty, or with a slash behind. */
  prefix: string;
  /** Whether to write. */
  write: boolean;
};

const FILE = "tailslate-doctor.txt";
const TEXT = "Written by tailslate doctor to see whether a manifest could be written here. It may be deleted.\n";
const MAX_BYTES = 1024;

/** Undefined: it worked. */
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
  // Without the permission to list, stores call an object that is not there forbidden.
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
    case "unavailable":
      return "Check vendor, region, endpoint and addressing, and the network";
  }
}

/** Why nothing else need be tried. */
function findObstacle(failure: Failure): string | undefined {
  if (failure === undefined) return undefined;
  const { error } = failure;
  if (!(error instanceof BucketError) || error.status === undefined) return "The store cannot be reached";
  return error.kind === "no-bucket" ? "There is no such bucket" : undefined;
}
