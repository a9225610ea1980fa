/** The command that holds a manifest against its digest and against the store once more. */
import { readFile } from "node:fs/promises";

import type { Command } from "commander";

import { readAll } from "../bucket/bucket.ts";
import { openBucket } from "../bucket/open-bucket.ts";
import { connect, loadConfig, type ManifestReference } from "../client.ts";
import { recheck, type Recheck } from "../manifest/recheck.ts";
import { type CommandContext, type Terminal, UsageError } from "./terminal.ts";

/** A manifest lists playlists and at most 1,000 segments; far more than that is none. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;
const LIMIT_MS = 10 * 60_000;

type Options = { sha256?: string; store?: string };

/** Exit code 0: nothing has changed; 1: something has, or it could not be told. */
export function addVerifyCommand(program: Command, { terminal, exit, print }: CommandContext): void {
  program
    .command("verify")
    .description("check a manifest against its digest, and its files against the store once more")
    .argument("<sid | file>", "a recording that was finished, or with --sha256 a manifest as a file")
    .option("--sha256 <hex>", "the digest that the manifest in the file must have")
    .option("--store <name>", "where the side file of that manifest lies; default: the store of the files")
    .action(async (subject: string, options: Options) => {
      const found = await verify(subject, options, terminal);
      print(found);
      exit(found.unchanged ? 0 : 1);
    });
}

async function verify(subject: string, { sha256, store }: Options, { env }: Terminal): Promise<Recheck> {
  const { stores } = loadConfig(env);
  const signal = AbortSignal.timeout(LIMIT_MS);
  const open = (name: string) => {
    const settings = stores.get(name);
    if (settings) return openBucket(settings);
    throw new Error(`Cannot verify the manifest: the configuration has no store "${name}"`);
  };
  if (sha256 !== undefined) {
    const manifest = { key: subject, bytes: await readManifestFile(subject), sha256: sha256.toLowerCase() };
    return recheck({ manifest, openFiles: open, ...(store !== undefined && { sideFiles: open(store) }), signal });
  }

  const reference = await findManifest(subject, env);
  const bucket = open(reference.store);
  const { key } = reference;
  const object = await bucket.get(key, { signal });
  if (!object)
    throw new Error(`Cannot verify the manifest: there is none at "${key}" in the store "${reference.store}"`);
  const bytes = await readAll(object.body, MAX_MANIFEST_BYTES);
  return recheck({ manifest: { key, bytes, sha256: reference.sha256 }, openFiles: open, sideFiles: bucket, signal });
}

async function findManifest(sid: string, env: Terminal["env"]): Promise<ManifestReference> {
  if (!/^[A-Za-z0-9-]+$/.test(sid)) throw new UsageError(`Cannot verify "${sid}": a file needs --sha256`);
  const recordings = await connect({ stores: loadConfig(env).stores });
  try {
    const { manifest, outcome } = await recordings.get(sid).result();
    if (manifest !== null) return manifest;
    throw new Error(`Cannot verify the manifest: the outcome is ${outcome}, which has none`);
  } finally {
    await recordings.close();
  }
}

async function readManifestFile(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch {
    throw new UsageError(`Cannot verify "${path}": the file cannot be read`);
  }
}
