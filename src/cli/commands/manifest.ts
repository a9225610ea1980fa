/** The command that prints or saves a recording's manifest: its very bytes, so that they keep their digest. */
import { writeFile } from "node:fs/promises";

import type { Command } from "commander";

import { readManifest } from "../../manifest/read-manifest.ts";
import { formatBytes } from "../../lib/quantities.ts";
import { findManifest } from "../find-manifest.ts";
import { parseSid } from "../with-client.ts";
import { type CommandContext, UsageError } from "../context.ts";

const LIMIT_MS = 60_000;

export function addManifestCommand(program: Command, { host, print }: CommandContext): void {
  program
    .command("manifest")
    .description("print a recording's manifest, checked against its digest")
    .argument("<sid>", "or the id of its workflow", parseSid)
    .option("--output <file>", "save it there instead; an older file is overwritten")
    .action(async (sid: string, { output }: { output?: string }) => {
      const { reference, bytes } = await findManifest(sid, {
        env: host.env,
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      readManifest(bytes, reference.sha256);
      if (output === undefined) {
        host.stdout.write(new TextDecoder().decode(bytes));
        return;
      }
      await saveFile(output, bytes);
      print(
        { file: output, ...reference },
        () => `Saved ${output}: ${formatBytes(bytes.length)}, SHA-256 ${reference.sha256}`,
      );
    });
}

async function saveFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch {
    throw new UsageError(`Cannot save the manifest as "${path}": the file cannot be written`);
  }
}
