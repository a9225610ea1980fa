/** `tailslate verify`: checks a manifest against its digest, and its files against the store. */
import type { Command } from "commander";

import { readManifest } from "../../manifest/read-manifest.ts";
import { reverifyManifest, type Reverification, type ReverifyOptions } from "../../manifest/reverify.ts";
import type { Manifest } from "../../manifest/schema.ts";
import { plural } from "../../lib/quantities.ts";
import { isSid, parseDigest, parseSid } from "../arguments.ts";
import type { CommandContext, CommandHost } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import { UsageError } from "../exit-status.ts";
import { createStoreOpener, findManifest, readManifestFile } from "../find-manifest.ts";
import { OUTCOME_STYLES } from "../output/end.ts";
import { type Paint, stripControls } from "../output/terminal-text.ts";

const LIMIT_MS = 10 * 60_000;

/** The outcome is that of the manifest, and `null` where that cannot be believed. */
type VerifyResult = Reverification & { outcome: Manifest["outcome"] | null };

type Options = { sha256?: string; store?: string };

export function addVerifyCommand(program: Command, { host, exit, print }: CommandContext): void {
  program
    .command("verify")
    .description("check a manifest against its digest, and its files against the store once more")
    .argument(
      "<sid | file>",
      "a recording that was finished, or the id of its workflow; with --sha256 a manifest as a file",
    )
    .option("--sha256 <hex>", "the digest that the manifest in the file must have", parseDigest)
    .option("--store <name>", "where the side file of that manifest lies; default: the store of the files")
    .action(async (subject: string, options: Options) => {
      const result = await runVerify(subject, { ...options, env: host.env });
      // In the printed JSON a change's kind has been `what` from the start.
      const changes = result.changes.map(({ kind, ...change }) => ({ what: kind, ...change }));
      print({ ...result, changes }, (paint) => formatResult(result, paint));
      if (!result.unchanged) exit(EXIT_CODES.negative.code);
    });
}

/** Unchanged is not verified: a worse outcome comes first. */
function formatResult({ outcome, ...reverification }: VerifyResult, paint: Paint): string {
  const text = formatReverification(reverification, paint);
  if (outcome === null || outcome === "verified") return text;
  return `${paint(OUTCOME_STYLES[outcome], outcome)}: so the manifest says of the recording\n${text}`;
}

function formatReverification({ unchanged, checked, changes }: Reverification, paint: Paint): string {
  if (unchanged) return `${paint("green", "unchanged")}: ${plural(checked, "file")} as the manifest lists them`;
  const lines = changes.flatMap(({ kind, key, was, is }) => [
    `  ${kind} ${stripControls(key)}`,
    `    was ${stripControls(was)}`,
    `    is  ${stripControls(is)}`,
  ]);
  const changed = `${plural(changes.length, "change")}, ${plural(checked, "file")} checked`;
  const count = checked === 0 ? "the manifest cannot be believed" : changed;
  return [`${paint("red", "changed")}: ${count}`, ...lines].join("\n");
}

async function runVerify(
  subject: string,
  { sha256, store, env }: Options & Pick<CommandHost, "env">,
): Promise<VerifyResult> {
  const open = createStoreOpener(env);
  const signal = AbortSignal.timeout(LIMIT_MS);
  if (sha256 !== undefined) {
    const manifest = { key: subject, bytes: await readManifestFile(subject), sha256 };
    const sideFiles = store === undefined ? {} : { sideFiles: open(store) };
    return verifyManifest({ manifest, openFiles: open, ...sideFiles, signal });
  }

  if (!isSid(subject)) throw new UsageError(`Cannot verify "${subject}": a file needs --sha256`);
  const { reference, bytes, bucket } = await findManifest(parseSid(subject), { env, signal });
  const { key, sha256: promised } = reference;
  return verifyManifest({ manifest: { key, bytes, sha256: promised }, openFiles: open, sideFiles: bucket, signal });
}

async function verifyManifest(options: ReverifyOptions): Promise<VerifyResult> {
  const result = await reverifyManifest(options);
  const isEdited = result.changes.some(({ kind }) => kind === "manifest-edited");
  const { bytes, sha256 } = options.manifest;
  return { outcome: isEdited ? null : readManifest(bytes, sha256).outcome, ...result };
}
