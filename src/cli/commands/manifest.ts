/** `tailslate manifest`: prints or saves the exact bytes of a manifest, so that they keep their digest. */
import { writeFile } from "node:fs/promises";

import type { Command } from "commander";

import { readManifest } from "../../manifest/read-manifest.ts";
import { formatBytes } from "../../lib/quantities.ts";
import { findManifest } from "../find-manifest.ts";
import { parseSid, SID_ARGUMENT } from "../arguments.ts";
import type { CommandContext } from "../context.ts";
import { UsageError } from "../exit-status.ts";

const LIMIT_MS = 60_000;

export function addManifestCommand(program: Command, { host, print }: CommandContext): void {
  program
    .command("manifest")
    .description("print a recording's manifest, checked against its digest")
    .argument("<sid>", SID_ARGUMENT, parseSid)
    .option("--output <file>", "save it there instead; an older file is overwritten")
    .action(async (sid: string, { output }: { output?: string }) => {
      const { reference, bytes } = await findManifest(sid, { env: host.env, signal: AbortSignal.timeout(LIMIT_MS) });
      readManifest(bytes, reference.sha256);
      if (output === undefined) {
        host.stdout.write(new TextDecoder().decode(bytes));
        return;
      }
      await saveFile(output, bytes);
      const saved = `Saved ${output}: ${formatBytes(bytes.length)}, SHA-256 ${reference.sha256}`;
      print({ file: output, ...reference }, () => saved);
    });
}

async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch {
    throw new UsageError(`Cannot save the manifest as "${path}": the file cannot be written`);
  }
}
