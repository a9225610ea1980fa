/**
 * Writes a manifest into the store: the side file first and the manifest last, so that a manifest's side file is always there.
 *
 * A cancellation does not abort a PUT that has begun, only a time limit does: an aborted request may or may not have
 * been written, and then the result could not say whether there is a manifest.
 */
import type { Bucket } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";
import type { StoreReader } from "../recording/types.ts";

const PUT_LIMIT_MS = 30_000;

/** For the look at what became of a PUT without an answer. */
const LOOK_AFTER_MS = 2000;

type File = { key: string; bytes: Uint8Array };

export type Publication = File & {
  sideFile?: File;
  /** Whether the keys contain the run's id, so that only an earlier attempt of the same run can have written there. */
  mayOverwrite: boolean;
  signal: AbortSignal;
  /** Milliseconds that writing may take, a minute at most. */
  limitMs?: number;
};

export type Published = { written: true } | { written: false; because: string };

/**
 * Writes the manifest, unless `mayOverwrite` is false and its key, or its side file's, holds other bytes. The same bytes are
 * allowed. Throws a `BucketError` when the store fails, and the signal's reason when it is aborted before a PUT.
 */
export async function putManifest(bucket: Bucket, publication: Publication): Promise<Published> {
  const { key, bytes, sideFile, mayOverwrite, limitMs = 2 * PUT_LIMIT_MS } = publication;
  const deadline = AbortSignal.timeout(Math.min(limitMs, 2 * PUT_LIMIT_MS));
  const signal = AbortSignal.any([publication.signal, deadline]);
  const files = [
    ...(sideFile ? [{ ...sideFile, contentType: "application/jsonl" }] : []),
    { key, bytes, contentType: "application/json" },
  ];

  for (const file of mayOverwrite ? [] : files) {
    if ((await compareStored({ bucket, signal }, file)) === "other") return takenBy(file);
  }
  for (const file of files) {
    signal.throwIfAborted();
    if (!(await putFile(bucket, { ...file, mayOverwrite, deadline }))) return takenBy(file);
  }
  return { written: true };
}

function takenBy({ key }: File): Published {
  return { written: false, because: `Other bytes lie at ${key}` };
}

type FileToPut = File & { contentType: string; mayOverwrite: boolean; deadline: AbortSignal };

/** Gives `false` where other bytes came first. A bucket may take only writes that overwrite nothing: hence one of these first. */
async function putFile(
  bucket: Bucket,
  { key, bytes, contentType, mayOverwrite, deadline }: FileToPut,
): Promise<boolean> {
  const signal = AbortSignal.any([deadline, AbortSignal.timeout(PUT_LIMIT_MS)]);
  const options = { signal, contentType, lock: true };
  try {
    if ((await bucket.put(key, bytes, { ...options, ifAbsent: true })) === "written") return true;
    if ((await compareStored({ bucket, signal }, { key, bytes })) === "same") return true;
    if (mayOverwrite) await bucket.put(key, bytes, options);
    return mayOverwrite;
  } catch (error) {
    // A PUT without an answer may have been written: then it counts, so that no manifest lies there of which the result says nothing.
    const look = { bucket, signal: AbortSignal.timeout(LOOK_AFTER_MS) };
    const stored = await compareStored(look, { key, bytes }).catch(() => "unknown");
    if (stored === "same") return true;
    throw error;
  }
}

async function compareStored(
  { bucket, signal }: StoreReader,
  { key, bytes }: File,
): Promise<"absent" | "same" | "other"> {
  const head = await bucket.head(key, signal);
  if (head === undefined) return "absent";
  if (head.sizeBytes !== bytes.length) return "other";
  const object = await bucket.get(key, { signal });
  if (object?.sizeBytes !== bytes.length) {
    object?.discard();
    return "other";
  }
  return Buffer.compare(await readAll(object.body, bytes.length), bytes) === 0 ? "same" : "other";
}
