/** `npm run live -- --yes`: two recordings with real accounts, and a transcript of how Agora answers. See docs/live.md. */
import { writeFile } from "node:fs/promises";
import process from "node:process";

import { TailslateError } from "../../src/lib/tailslate-error.ts";
import type { Evidence } from "./evidence.ts";
import { emptyEvidence, runLive } from "./run.ts";
import { type LiveSettings, readSettings } from "./settings.ts";
import { buildTranscript } from "./transcript.ts";

const interrupt = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => interrupt.abort(new TailslateError("Interrupted")));

process.exitCode = await main().catch((error: unknown) => {
  // The message of a foreign error may hold an address or a key.
  say(error instanceof TailslateError ? error.message : "Cannot go on: an error of a library");
  return 1;
});

async function main(): Promise<number> {
  const settings = readSettings(process.argv.slice(2), process.env);
  say(describeCost(settings));
  if (!settings.accepted) {
    say("Nothing was sent. Add --yes to begin");
    return 2;
  }
  const evidence = await emptyEvidence(settings);
  await reserve(settings, evidence);
  let exitCode = 0;
  try {
    await runLive(settings, { evidence, signal: interrupt.signal });
  } catch (error) {
    say(error instanceof TailslateError ? error.message : "The run broke off: an error of a library");
    exitCode = 1;
  }
  const transcript = buildTranscript(settings, evidence);
  await writeFile(settings.output, `${JSON.stringify(transcript, null, 2)}\n`);
  for (const { asks, observed } of Object.values(transcript.questions))
    process.stdout.write(`${asks}\n  ${observed ?? "not seen in this run"}\n`);
  say("The transcript is written. Read it before you show it to anyone");
  return exitCode;
}

/** Builds and writes a first transcript, of nothing: what fails for these settings fails before anything is billed. */
async function reserve(settings: LiveSettings, evidence: Evidence): Promise<void> {
  const transcript = buildTranscript(settings, evidence);
  await writeFile(settings.output, JSON.stringify(transcript), { flag: "wx" }).catch((cause: unknown) => {
    throw new TailslateError("Cannot write the transcript: the file exists, or its folder is not ours", { cause });
  });
}

function describeCost({ subject, seconds }: LiveSettings): string {
  const minutes = Math.ceil(seconds / 60);
  const what = subject.mode === "web" ? "a web page" : "a channel";
  return `This records ${what} for ${seconds} s in two recordings: Agora bills about ${minutes} min of ${subject.mode} recording, your store the files`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
