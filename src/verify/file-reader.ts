/** Reads one listed object, in pieces or whole. Every piece must belong to the object that was listed. */
import { createHash } from "node:crypto";

import { BucketError, type ObjectBody, type StoredObject } from "../bucket/bucket.ts";
import { compareObjects } from "../bucket/compare-objects.ts";
import { readAll } from "../lib/read-all.ts";
import { sha256Hex } from "../lib/sha256.ts";
import type { ByteSource } from "../media/byte-source.ts";
import type { StoreReader } from "../recording/types.ts";

export type OpenFile = ByteSource & {
  /** SHA-256 of every byte, lower-case hex; streamed. `watch` gets every chunk. */
  digest(watch?: (chunk: Uint8Array) => void): Promise<string>;
};

/** Its reads throw a `BucketError` where the store fails, or where the object is no longer the listed one: look again then. */
export function openFile({ bucket, signal }: StoreReader, listed: StoredObject): OpenFile {
  const { key, sizeBytes } = listed;
  const options = { signal, listedBytes: sizeBytes };
  function requireListed(object: ObjectBody | undefined): ObjectBody {
    if (object !== undefined && compareObjects(listed, object) === "same") return object;
    object?.discard();
    throw new BucketError(`Cannot read an object of bucket "${bucket.name}": it changed meanwhile`, {
      kind: "unavailable",
    });
  }

  return {
    sizeBytes,
    async read(first, length) {
      const last = Math.min(first + length, sizeBytes) - 1;
      if (last < first) return new Uint8Array();
      const object = requireListed(await bucket.get(key, { ...options, range: { first, last } }));
      return readAll(object.body, last - first + 1);
    },
    async digest(watch) {
      const object = requireListed(await bucket.get(key, options));
      const hash = createHash("sha256");
      for await (const chunk of object.body) {
        hash.update(chunk);
        watch?.(chunk);
      }
      return hash.digest("hex");
    },
  };
}

/** Opens a file whose bytes are all in memory. */
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
