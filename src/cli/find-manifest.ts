/** Finds the bytes of a manifest, by the sid of its recording or by the path of a file. */
import { readFile } from "node:fs/promises";

import type { Bucket } from "../bucket/bucket.ts";
import { openBucket } from "../bucket/open-bucket.ts";
import { connect, type ManifestReference } from "../client.ts";
import { ConfigError } from "../process/config-error.ts";
import { loadConfig } from "../process/config.ts";
import { readManifestBytes } from "../manifest/read-manifest.ts";
import type { CommandHost } from "./context.ts";
import { NegativeResult, UsageError } from "./exit-status.ts";
import { describeEnd, hasEnded } from "./output/end.ts";

/** The bytes are not yet compared with the reference's digest. */
export type FoundManifest = { reference: ManifestReference; bytes: Uint8Array; bucket: Bucket };

/** Reads the manifest of the recording's newest run. Throws when that has not ended. */
export async function findManifest(
  sid: string,
  { env, signal }: { env: CommandHost["env"]; signal: AbortSignal },
): Promise<FoundManifest> {
  const open = createStoreOpener(env);
  const reference = await findReference(sid);
  const bucket = open(reference.store);
  return { reference, bytes: await readManifestBytes({ bucket, signal }, reference), bucket };
}

export async function readManifestFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch {
    throw new UsageError(`Cannot open "${path}": there is no such file, or it is not ours to read`);
  }
}

/** Opens the stores of the configuration by their names. */
export function createStoreOpener(env: CommandHost["env"]): (name: string) => Bucket {
  const { stores } = loadConfig(env);
  return (name) => {
    const settings = stores.get(name);
    if (settings) return openBucket(settings);
    throw new ConfigError(`Cannot open the store "${name}": the configuration has none of this name`);
  };
}

async function findReference(sid: string): Promise<ManifestReference> {
  const recordings = await connect();
  try {
    const { progress, result } = await recordings.get(sid).look();
    if (result?.manifest) return result.manifest;
    if (hasEnded(progress))
      throw new NegativeResult(`Cannot read the manifest: the end is ${describeEnd(progress)}, which has none`);
    throw new Error(`Cannot read the manifest: the recording has not ended; follow it with: tailslate watch ${sid}`);
  } finally {
    await recordings.close();
  }
}
