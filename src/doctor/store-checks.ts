/**
 * What a store lets us do: list, write, read, one finding each, through the same port as all else.
 *
 * Only a write proves that one is permitted. Requests that are meant to fail (a wrong digest, a condition that cannot hold)
 * are judged by some stores before the permission, by others after it. The port has no delete, nor do a worker's keys need
 * one, so what was written stays: always the same few bytes under the same key, which say themselves what they are.
 */
import { type Bucket, BucketError } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";
import { type BucketSettings, openBucket } from "../bucket/open-bucket.ts";
import { failed, type Finding, LIMIT_MS, ok, skipped, type Verdict } from "./finding.ts";

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

/** Three findings: list, write and read. */
export async function examineStore({ store, settings, prefix, write }: StoreOptions): Promise<Finding[]> {
  const bucket = openBucket(settings);
  const key = `${prefix}${FILE}`;
  const finding = (verb: string, verdict: Verdict): Finding => ({ check: `store ${store} ${verb}`, ...verdict });

  const listing = await attempt((signal) => bucket.list(key, signal));
  const list = finding("list", verdictOf(listing, "list it"));
  const obstacle = obstacleIn(listing);
  if (obstacle !== undefined) return [list, finding("write", skipped(obstacle)), finding("read", skipped(obstacle))];

  const written = write ? await examineWrite(bucket, key) : skipped("Not tried, as asked");
  // Without the permission to list, stores call an object that is not there forbidden.
  const canTell = listing === undefined || written.status === "ok";
  const read = canTell ? await examineRead(bucket, key) : skipped("Nothing was written that could be read");
  return [list, finding("write", written), finding("read", read)];
}

async function examineWrite(bucket: Bucket, key: string): Promise<Verdict> {
  const writing = await attempt((signal) =>
    bucket.put(key, new TextEncoder().encode(TEXT), { signal, contentType: "text/plain" }),
  );
  return writing === undefined ? ok(`Permitted: ${key} now lies there`) : verdictOf(writing, "write into it");
}

async function examineRead(bucket: Bucket, key: string): Promise<Verdict> {
  const reading = await attempt(async (signal) => {
    const object = await bucket.get(key, { signal });
    if (object !== undefined) await readAll(object.body, MAX_BYTES);
  });
  return verdictOf(reading, "read from it");
}

async function attempt(act: (signal: AbortSignal) => Promise<unknown>): Promise<Failure> {
  try {
    await act(AbortSignal.timeout(LIMIT_MS));
    return undefined;
  } catch (error) {
    return { error };
  }
}

function verdictOf(failure: Failure, action: string): Verdict {
  return failure === undefined ? ok("Permitted") : failed(failure.error, remedyFor(failure.error, action));
}

function remedyFor(error: unknown, action: string): string {
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
function obstacleIn(failure: Failure): string | undefined {
  if (failure === undefined) return undefined;
  const { error } = failure;
  if (!(error instanceof BucketError) || error.status === undefined) return "The store cannot be reached";
  return error.kind === "no-bucket" ? "There is no such bucket" : undefined;
}
