import { describeIssues } from "../lib/schema-errors.ts";
import { sha256Hex } from "../lib/sha256.ts";
import { Manifest } from "./schema.ts";
import type { Bucket } from "../bucket/bucket.ts";
import { readAll } from "../lib/read-all.ts";

/** A manifest lists playlists and at most 1,000 segments; far more than that is none. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

type Stored = {
  /** The store's name, for the message. */
  store: string;
  key: string;
};

/** Reads a manifest's bytes as the store gives them, not held against a digest yet. Throws when there is none. */
export async function readManifestBytes(
  bucket: Bucket,
  { store, key }: Stored,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const object = await bucket.get(key, { signal });
  if (!object) throw new Error(`Cannot read the manifest: there is none at "${key}" in the store "${store}"`);
  return readAll(object.body, MAX_MANIFEST_BYTES);
}

/**
 * Reads a manifest that must have the given SHA-256 (hex), as the workflow's result carries it.
 * Throws when the bytes are others, or are no manifest of version 1.
 */
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
