import { type Bucket, readAll } from "../bucket/bucket.ts";

/** A manifest lists playlists and at most 1,000 segments; far more than that is none. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

type Stored = {
  /** The store's name, for the message. */
  store: string;
  key: string;
};

/** Reads a manifest's bytes as the store gives them, not held against a digest yet. Throws when there is none. */
export async function readStoredManifest(
  bucket: Bucket,
  { store, key }: Stored,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const object = await bucket.get(key, { signal });
  if (!object) throw new Error(`Cannot read the manifest: there is none at "${key}" in the store "${store}"`);
  return readAll(object.body, MAX_MANIFEST_BYTES);
}
