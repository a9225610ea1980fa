/**
 * The permissions in a store: list, write, head and read, one result each, through the same port as the worker.
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

/** What keys must be permitted to do, in Amazon's names. */
const PERMISSIONS = {
  list: "s3:ListBucket on the bucket",
  write: "s3:PutObject on the objects, and kms:GenerateDataKey where the bucket encrypts with a KMS key",
  head: "s3:GetObject on the objects",
  read: "s3:GetObject on the objects",
  decrypt:
    "kms:Decrypt on the key of an encrypted bucket, because metadata may be read, and s3:GetObject on the objects",
} as const;
type Need = keyof typeof PERMISSIONS;

const NOTHING_WRITTEN = skipped("Nothing was written that could be read");

/** `undefined` after a success. */
type Failure = { error: unknown } | undefined;

/** Four results: list, write, head and read. */
export async function checkStore({ store, settings, prefix, write }: StoreOptions): Promise<CheckResult[]> {
  const bucket = openBucket(settings);
  const key = `${prefix}${FILE}`;
  const result = (verb: string, verdict: CheckOutcome): CheckResult => ({
    check: `store ${store} ${verb}`,
    ...verdict,
  });

  const listing = await attempt((signal) => bucket.list(key, signal));
  const list = result("list", toOutcome(listing, "list"));
  const obstacle = findObstacle(listing);
  if (obstacle !== undefined) {
    return [list, ...(["write", "head", "read"] as const).map((verb) => result(verb, skipped(obstacle)))];
  }
  const written = write ? await checkWrite(bucket, key) : skipped("Not tried, as asked");
  // Without the permission to list, stores answer 403 for a missing object.
  const canTell = listing === undefined || written.status === "ok";
  const [head, read] = canTell ? await checkRead(bucket, key) : [NOTHING_WRITTEN, NOTHING_WRITTEN];
  return [list, result("write", written), result("head", head), result("read", read)];
}

async function checkWrite(bucket: Bucket, key: string): Promise<CheckOutcome> {
  const writing = await attempt((signal) =>
    bucket.put(key, new TextEncoder().encode(TEXT), { signal, contentType: "text/plain" }),
  );
  return writing === undefined ? ok(`Permitted: ${key} now lies there`) : toOutcome(writing, "write");
}

/** A HEAD needs the permission to read, but not the key of an encrypted object. */
async function checkRead(bucket: Bucket, key: string): Promise<[head: CheckOutcome, read: CheckOutcome]> {
  const asking = await attempt((signal) => bucket.head(key, signal));
  const reading = await attempt(async (signal) => {
    const object = await bucket.get(key, { signal });
    if (object !== undefined) await readAll(object.body, MAX_BYTES);
  });
  return [toOutcome(asking, "head"), toOutcome(reading, asking === undefined ? "decrypt" : "read")];
}

async function attempt(act: (signal: AbortSignal) => Promise<unknown>): Promise<Failure> {
  try {
    await act(AbortSignal.timeout(LIMIT_MS));
    return undefined;
  } catch (error) {
    return { error };
  }
}

function toOutcome(failure: Failure, need: Need): CheckOutcome {
  return failure === undefined ? ok("Permitted") : fromError(failure.error, findRemedy(failure.error, need));
}

function findRemedy(error: unknown, need: Need): string {
  switch (error instanceof BucketError ? error.kind : "unavailable") {
    case "denied":
      return `Check the store's keys, and that they have ${PERMISSIONS[need]}; --prefix, where they may use one directory only`;
    case "no-bucket":
      return "Check bucket, region and endpoint";
    case "unreadable":
      return `Check the bucket's encryption: the keys need ${PERMISSIONS.decrypt}`;
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
