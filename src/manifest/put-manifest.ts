/**
 * Writes a manifest into the store: the side file first and the manifest last, so that a manifest's side file is always there.
 *
 * A cancellation does not abort a PUT that has begun, only its own time limit does: an aborted request may or may not have
 * been written, and then the result could not say whether there is a manifest.
 */
import type { Bucket } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";
import type { StoreReader } from "../recording/types.ts";

const PUT_LIMIT_MS = 30_000;

type File = { key: string; bytes: Uint8Array };

export type Publication = File & {
  sideFile?: File;
  /** Whether the keys contain the run's id, so that only an earlier attempt of the same run can have written there. */
  mayOverwrite: boolean;
  signal: AbortSignal;
};

export type Published = { written: true } | { written: false; because: string };

/**
 * Writes the manifest, unless `mayOverwrite` is false and its key, or its side file's, holds other bytes. The same bytes are
 * allowed. Throws a `BucketError` when the store fails, and the signal's reason when it is aborted before a PUT.
 */
export async function putManifest(bucket: Bucket, publication: Publication): Promise<Published> {
  const { key, bytes, sideFile, mayOverwrite, signal } = publication;
  const files = [
    ...(sideFile ? [{ ...sideFile, contentType: "application/jsonl" }] : []),
    { key, bytes, contentType: "application/json" },
  ];

  for (const file of mayOverwrite ? [] : files) {
    // Not atomic: not every vendor has a conditional PUT, so the port has none.
    if (await isTaken({ bucket, signal }, file)) return { written: false, because: `Other bytes lie at ${file.key}` };
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

async function isTaken({ bucket, signal }: StoreReader, { key, bytes }: File): Promise<boolean> {
  const head = await bucket.head(key, signal);
  if (head?.sizeBytes !== bytes.length) return head !== undefined;
  const object = await bucket.get(key, { signal });
  if (object?.sizeBytes === bytes.length) return Buffer.compare(await readAll(object.body, bytes.length), bytes) !== 0;
  object?.discard();
  return true;
}
