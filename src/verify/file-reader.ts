/** One listed object, to be read in pieces, through, or at once; every piece must be of the object that was listed. */
import { createHash } from "node:crypto";

import { type Bucket, BucketError, type ObjectBody, type StoredObject } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";
import { sha256Hex } from "../lib/sha256.ts";

export type OpenFile = {
  sizeBytes: number;
  /** The bytes from `first` on, at most `length`. Meant for small pieces: they are held in memory. */
  read(first: number, length: number): Promise<Uint8Array>;
  /** SHA-256 of every byte, lower-case hex; streamed. `watch` is shown every chunk. */
  digest(watch?: (chunk: Uint8Array) => void): Promise<string>;
};

/** Throws a `BucketError` where the store fails, or where the object is no longer the listed one: the caller looks anew then. */
export function openFile(
  bucket: Bucket,
  { entry: { key, sizeBytes, etag }, signal }: { entry: StoredObject; signal: AbortSignal },
): OpenFile {
  function same(object: ObjectBody | undefined): ObjectBody {
    if (object?.etag === etag && object.sizeBytes === sizeBytes) return object;
    throw new BucketError(`Cannot read an object of bucket "${bucket.name}": it changed meanwhile`, {
      kind: "unavailable",
    });
  }

  return {
    sizeBytes,
    async read(first, length) {
      const last = Math.min(first + length, sizeBytes) - 1;
      if (last < first) return new Uint8Array();
      const object = same(await bucket.get(key, { signal, range: { first, last } }));
      return readAll(object.body, last - first + 1);
    },
    async digest(watch) {
      const object = same(await bucket.get(key, { signal }));
      const hash = createHash("sha256");
      for await (const chunk of object.body) {
        hash.update(chunk);
        watch?.(chunk);
      }
      return hash.digest("hex");
    },
  };
}

/** The same of a file whose bytes are all at hand. */
export function openBytes(bytes: Uint8Array): OpenFile {
  return {
    sizeBytes: bytes.length,
    read: async (first, length) => bytes.subarray(first, first + length),
    async digest(watch) {
      watch?.(bytes);
      return sha256Hex(bytes);
    },
  };
}
