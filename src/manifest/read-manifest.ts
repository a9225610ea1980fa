import { describeIssues } from "../lib/schema-errors.ts";
import { sha256Hex } from "../lib/sha256.ts";
import { Manifest } from "./schema.ts";
import type { StoreReader } from "../recording/types.ts";
import { readAll } from "../lib/read-all.ts";

/** Twice what a manifest of 200,000 objects takes with long keys: a larger object is not a manifest. */
const MAX_MANIFEST_BYTES = 256 * 1024 * 1024;

type Stored = {
  /** The store's name, for the message. */
  store: string;
  key: string;
};

/** Reads a manifest's bytes as the store gives them, without comparing the digest. Throws when there are none. */
export async function readManifestBytes({ bucket, signal }: StoreReader, { store, key }: Stored): Promise<Uint8Array> {
  const object = await bucket.get(key, { signal });
  if (!object) throw new Error(`Cannot read the manifest: there is none at "${key}" in the store "${store}"`);
  return readAll(object.body, MAX_MANIFEST_BYTES);
}

/** Reads a manifest with the SHA-256 (hex) of the workflow's result. Throws for other bytes, and where they are not a manifest. */
export function readManifest(bytes: Uint8Array, sha256: string): Manifest {
  const observed = sha256Hex(bytes);
  if (observed !== sha256) {
    throw new Error(`Cannot believe the manifest: its SHA-256 is ${observed}, and ${sha256} was promised`);
  }
  const parsed = Manifest.safeParse(parseJson(bytes));
  if (parsed.success) return parsed.data;
  throw new Error(`Cannot read the manifest: ${describeIssues(parsed.error)}`);
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new Error("Cannot read the manifest: it is not JSON", { cause });
  }
}
