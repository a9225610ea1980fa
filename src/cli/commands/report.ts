/** `tailslate report`: what became of a recording as one HTML page, made from its manifest. */
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import type { Command } from "commander";

import type { Bucket } from "../../bucket/bucket.ts";
import { readManifest } from "../../manifest/read-manifest.ts";
import { readSegments } from "../../manifest/reverify.ts";
import type { Manifest, Segment } from "../../manifest/schema.ts";
import { renderReport, type ReportSource } from "../../report/page.ts";
import { sha256Hex } from "../../lib/sha256.ts";
import { findManifest, readManifestFile } from "../find-manifest.ts";
import { isSid, parseDigest, parseSid } from "../arguments.ts";
import type { CommandContext, CommandHost } from "../context.ts";
import { NegativeResult, UsageError } from "../exit-status.ts";

const LIMIT_MS = 60_000;

type Options = { output?: string; sha256?: string };

/** Where the side file is read, by its key in the manifest. */
type Folder = Pick<Bucket, "get">;

/** Leaves the exit code at 0 whatever the outcome: the page has the answer. */
export function addReportCommand(program: Command, { host, print }: CommandContext): void {
  program
    .command("report")
    .description("write what became of a recording as one HTML page, from its manifest")
    .argument(
      "<sid | file>",
      "a recording that was finished, or a manifest as a file, its side file beside it; ./name if it looks like a sid",
    )
    .option(
      "--output <file>",
      "where to write the page, - for standard output; default: <sid>.html; an older file is overwritten",
    )
    .option("--sha256 <hex>", "the digest that the manifest in the file must have", parseDigest)
    .action(async (subject: string, { output, sha256 }: Options) => {
      const source = await (isSid(subject) ? loadFromStore(parseSid(subject), host) : loadFromFile(subject, sha256));
      const page = renderReport(source);
      if (output === "-") {
        host.stdout.write(page);
        return;
      }
      const { outcome, recording } = source.manifest;
      const path = output ?? chooseDefaultPath(recording.sid);
      await writePage(path, page);
      print({ file: path, outcome }, () => `Wrote ${path}: ${outcome}`);
    });
}

async function loadFromStore(sid: string, { env }: CommandHost): Promise<ReportSource> {
  const signal = AbortSignal.timeout(LIMIT_MS);
  const { reference, bytes, bucket } = await findManifest(sid, { env, signal });
  return loadSource(bytes, { name: reference.key, sha256: reference.sha256, folder: bucket });
}

/** The side file is expected beside the manifest. */
async function loadFromFile(path: string, sha256: string | undefined): Promise<ReportSource> {
  const folder: Folder = { get: async (key) => readSideFile(join(dirname(path), basename(key)), key) };
  return loadSource(await readManifestFile(path), { name: basename(path), sha256, folder });
}

type Origin = { name: string; sha256: string | undefined; folder: Folder };

async function loadSource(bytes: Uint8Array, { name, sha256, folder }: Origin): Promise<ReportSource> {
  const observed = sha256Hex(bytes);
  const manifest = parseManifest(bytes, { observed, promised: sha256 ?? observed });
  const file = { name, sha256: observed, bytes: bytes.length, confirmed: sha256 !== undefined };
  return { manifest, file, segments: await loadSegments(manifest, folder) };
}

function parseManifest(bytes: Uint8Array, { observed, promised }: { observed: string; promised: string }): Manifest {
  try {
    return readManifest(bytes, promised);
  } catch (error) {
    const message = error instanceof Error ? error.message : "Cannot read the manifest";
    throw observed === promised ? new UsageError(message) : new NegativeResult(message);
  }
}

async function loadSegments(manifest: Manifest, bucket: Folder): Promise<readonly Segment[] | string> {
  const found = await readSegments(manifest, { bucket, signal: AbortSignal.timeout(LIMIT_MS) });
  if (Array.isArray(found)) return found;
  const state = found.kind === "side-file-missing" ? "is not there" : "is not the one that the manifest promises";
  return `The segments are not shown: the manifest's side file "${found.key}" ${state}.`;
}

async function readSideFile(path: string, key: string) {
  try {
    const bytes = await readFile(path);
    const body = ReadableStream.from([bytes]);
    return { key, sizeBytes: bytes.length, etag: "", lastModified: "", body, discard: () => undefined };
  } catch {
    return undefined;
  }
}

/** A file's sid is foreign text: it could be a path. */
function chooseDefaultPath(sid: string): string {
  if (isSid(sid)) return `${sid}.html`;
  throw new UsageError("Cannot name the report after its recording: the manifest's sid is no file name; use --output");
}

async function writePage(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page);
  } catch {
    throw new UsageError(`Cannot write "${path}": there is no such folder, or it is not ours to write`);
  }
}
