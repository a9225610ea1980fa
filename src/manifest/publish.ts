/**
 * Puts a manifest into the store. The side file goes first and the manifest last: whoever sees the manifest can follow it.
 *
 * A PUT that has begun is not called back by the caller's cancellation, only by its own time limit: a request cut in its
 * middle may or may not have been written, and then nobody could say whether there is a manifest.
 */
import type { Bucket } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";

const PUT_LIMIT_MS = 30_000;

type File = { key: string; bytes: Uint8Array };

export type Publication = File & {
  sideFile?: File;
  /** Whether what lies at the keys can only be an earlier attempt's of the same run, because they contain the run's id. */
  mayOverwrite: boolean;
  signal: AbortSignal;
};

export type Published = { written: true } | { written: false; because: string };

/**
 * Writes the manifest unless `mayOverwrite` is false and other bytes lie at its key or at its side file's. The same bytes
 * are no obstacle. Throws a `BucketError` when the store fails, and the signal's reason when it is aborted before a PUT.
 */
export async function publish(bucket: Bucket, publication: Publication): Promise<Published> {
  const { key, bytes, sideFile, mayOverwrite, signal } = publication;
  const files = [
    ...(sideFile ? [{ ...sideFile, contentType: "application/jsonl" }] : []),
    { key, bytes, contentType: "application/json" },
  ];

  for (const file of mayOverwrite ? [] : files) {
    // Between this look and the PUT another could still write: not every vendor has a conditional PUT, so the port has none.
    if (await isTaken(bucket, file, signal)) return { written: false, because: `Other bytes lie at ${file.key}` };
  }
  for (const file of files) {
    signal.throwIfAborted();
    await bucket.put(file.key, file.bytes, {
      signal: AbortSignal.timeout(PUT_LIMIT_MS),
      contentType: file.contentType,
    });
  }
  return { written: true };
}

async function isTaken(bucket: Bucket, { key, bytes }: File, signal: AbortSignal): Promise<boolean> {
  const head = await bucket.head(key, signal);
  if (head?.sizeBytes !== bytes.length) return head !== undefined;
  const object = await bucket.get(key, { signal });
  return object?.sizeBytes !== bytes.length || Buffer.compare(await readAll(object.body, bytes.length), bytes) !== 0;
}
