/** From what a person calls a manifest, the sid of its recording or the path of a file, to the manifest's bytes. */
import { readFile } from "node:fs/promises";

import { type Bucket, readAll } from "../bucket/bucket.ts";
import { openBucket } from "../bucket/open-bucket.ts";
import { connect, type ManifestReference } from "../client.ts";
import { ConfigError, loadConfig } from "../config.ts";
import { endOf, hasEnded } from "./result-text.ts";
import { BadAnswer, type Terminal, UsageError } from "./terminal.ts";

/** A manifest lists playlists and at most 1,000 segments; far more than that is none. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;

/** The bytes are as the store gave them: whether they have the reference's digest is not looked at. */
export type FoundManifest = { reference: ManifestReference; bytes: Uint8Array; bucket: Bucket };

/** Whether a word can be a sid; a path that looks like one is written `./name`. */
export function isSid(subject: string): boolean {
  return /^[A-Za-z0-9-]+$/.test(subject);
}

/** Reads the manifest of the recording's newest run. Throws when that has not ended. */
export async function findManifest(
  sid: string,
  { env, signal }: { env: Terminal["env"]; signal: AbortSignal },
): Promise<FoundManifest> {
  const open = storeOpener(env);
  const reference = await askForManifest(sid);
  const { store, key } = reference;
  const bucket = open(store);
  const object = await bucket.get(key, { signal });
  if (!object) throw new Error(`Cannot read the manifest: there is none at "${key}" in the store "${store}"`);
  return { reference, bytes: await readAll(object.body, MAX_MANIFEST_BYTES), bucket };
}

export async function readManifestFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch {
    throw new UsageError(`Cannot open "${path}": there is no such file, or it is not ours to read`);
  }
}

/** Opens stores by the configuration's names. */
export function storeOpener(env: Terminal["env"]): (name: string) => Bucket {
  const { stores } = loadConfig(env);
  return (name) => {
    const settings = stores.get(name);
    if (settings) return openBucket(settings);
    throw new ConfigError(`Cannot open the store "${name}": the configuration has none of this name`);
  };
}

async function askForManifest(sid: string): Promise<ManifestReference> {
  const recordings = await connect();
  try {
    const { progress, result } = await recordings.get(sid).look();
    if (result?.manifest) return result.manifest;
    if (hasEnded(progress))
      throw new BadAnswer(`Cannot read the manifest: the end is ${endOf(progress)}, which has none`);
    throw new Error(`Cannot read the manifest: the recording has not ended; follow it with: tailslate watch ${sid}`);
  } finally {
    await recordings.close();
  }
}
