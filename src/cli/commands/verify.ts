/** The command that holds a manifest against its digest and against the store once more. */
import type { Command } from "commander";

import { recheck, type Recheck } from "../../manifest/reverify.ts";
import { counted } from "../../lib/quantities.ts";
import { findManifest, readManifestFile, storeOpener } from "../find-manifest.ts";
import { isSid, sidArgument } from "../with-client.ts";
import { type CommandContext, type Terminal, UsageError } from "../context.ts";
import { type Paint, painter, printable } from "../output/text.ts";

const LIMIT_MS = 10 * 60_000;

type Options = { sha256?: string; store?: string };

export function addVerifyCommand(program: Command, { terminal, exit, print }: CommandContext): void {
  program
    .command("verify")
    .description("check a manifest against its digest, and its files against the store once more")
    .argument(
      "<sid | file>",
      "a recording that was finished, or the id of its workflow; with --sha256 a manifest as a file",
    )
    .option("--sha256 <hex>", "the digest that the manifest in the file must have")
    .option("--store <name>", "where the side file of that manifest lies; default: the store of the files")
    .action(async (subject: string, options: Options) => {
      const found = await verify(subject, options, terminal);
      print(found, () => recheckText(found, painter(terminal.stdout, terminal)));
      exit(found.unchanged ? 0 : 1);
    });
}

function recheckText({ unchanged, checked, changes }: Recheck, paint: Paint): string {
  if (unchanged) return `${paint("green", "unchanged")}: ${counted(checked, "file")} as the manifest lists them`;
  const lines = changes.map(({ what, key, was, is }) => `  ${what} ${printable(key)}\n    was ${was}\n    is  ${is}`);
  const count =
    checked === 0
      ? "the manifest cannot be believed"
      : `${counted(changes.length, "change")}, ${counted(checked, "file")} checked`;
  return [`${paint("red", "changed")}: ${count}`, ...lines].join("\n");
}

async function verify(subject: string, { sha256, store }: Options, { env }: Terminal): Promise<Recheck> {
  const open = storeOpener(env);
  const signal = AbortSignal.timeout(LIMIT_MS);
  if (sha256 !== undefined) {
    const manifest = { key: subject, bytes: await readManifestFile(subject), sha256: sha256.toLowerCase() };
    return recheck({ manifest, openFiles: open, ...(store !== undefined && { sideFiles: open(store) }), signal });
  }

  if (!isSid(subject)) throw new UsageError(`Cannot verify "${subject}": a file needs --sha256`);
  const { reference, bytes, bucket } = await findManifest(sidArgument(subject), { env, signal });
  const { key, sha256: promised } = reference;
  return recheck({ manifest: { key, bytes, sha256: promised }, openFiles: open, sideFiles: bucket, signal });
}
