/** The command that prints or saves a recording's manifest: its very bytes, so that they keep their digest. */
import { writeFile } from "node:fs/promises";

import type { Command } from "commander";

import { verifyManifest } from "../../manifest/read-manifest.ts";
import { inBytes } from "../../lib/quantities.ts";
import { findManifest } from "../find-manifest.ts";
import { sidArgument } from "../with-client.ts";
import { type CommandContext, UsageError } from "../context.ts";

const LIMIT_MS = 60_000;

export function addManifestCommand(program: Command, { terminal, print }: CommandContext): void {
  program
    .command("manifest")
    .description("print a recording's manifest, checked against its digest")
    .argument("<sid>", "or the id of its workflow", sidArgument)
    .option("--output <file>", "save it there instead; an older file is overwritten")
    .action(async (sid: string, { output }: { output?: string }) => {
      const { reference, bytes } = await findManifest(sid, {
        env: terminal.env,
        signal: AbortSignal.timeout(LIMIT_MS),
      });
      verifyManifest(bytes, reference.sha256);
      if (output === undefined) {
        terminal.stdout.write(new TextDecoder().decode(bytes));
        return;
      }
      await save(output, bytes);
      print(
        { file: output, ...reference },
        () => `Saved ${output}: ${inBytes(bytes.length)}, SHA-256 ${reference.sha256}`,
      );
    });
}

async function save(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes);
  } catch {
    throw new UsageError(`Cannot save the manifest as "${path}": the file cannot be written`);
  }
}
