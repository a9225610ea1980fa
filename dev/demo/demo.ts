/**
 * The main job on real parts: a Temporal server, an S3 gateway, the worker as a process of its own, and the emulator in
 * place of Agora. Three recordings end in three ways; the exit code is 0 exactly when they end as they must.
 *
 * `npm run demo`, `npm run demo -- --runtime bun` (or deno) for the worker's runtime, `--keep` to look around afterwards.
 */
import { once } from "node:events";
import process from "node:process";
import { parseArgs, styleText } from "node:util";

import type { FinalizeResult, Recording, RecordingProgress } from "../../src/client.ts";
import { formatProgressLine } from "../../src/cli/output/progress-line.ts";
import { DEMO_STORIES, type DemoStory } from "./demo-stories.ts";
import { liveLines } from "./live-lines.ts";
import { type DemoSetup, startDemo } from "./demo-setup.ts";
import { RUNTIMES } from "../runtimes.ts";

/** Lines of the manifest that are shown at each end. */
const SHOWN = 40;

const { values: options } = parseArgs({
  options: { keep: { type: "boolean", default: false }, runtime: { type: "string", default: "node" } },
});
const closers: (() => Promise<unknown>)[] = [];
const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]).then(
  () => "interrupted" as const,
);

let exitCode = 1;
try {
  const ended = await Promise.race([runStories(), interrupted]);
  exitCode = ended === "interrupted" ? 130 : ended;
  if (ended !== "interrupted" && options.keep) {
    say("Everything stays up until Ctrl-C");
    await interrupted;
  }
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
} finally {
  for (const close of closers.toReversed()) await close();
}
process.exit(exitCode);

async function runStories(): Promise<number> {
  const runtime = RUNTIMES.find((name) => name === options.runtime);
  if (!runtime) throw new Error(`Cannot run the worker on "${options.runtime}": use ${RUNTIMES.join(", ")}`);

  say("Starting a Temporal server, an S3 gateway, the Agora emulator and the worker");
  const demo = await startDemo(runtime, closers);
  say(demo.ready);
  say(`Temporal's UI: ${demo.uiUrl ?? "that of the server in TEMPORAL_ADDRESS"}\n`);

  const lines = liveLines(DEMO_STORIES.map(({ name }) => name));
  const running: Promise<EndedStory>[] = [];
  for (const [index, story] of DEMO_STORIES.entries()) {
    const recorded = await demo.emulator.record(story.recorded);
    const recording = await demo.recordings.finalize({ recording: recorded, ...story.input });
    const watched = watch(recording, (progress) => lines.set(index, formatProgressLine(progress, lines.columns)));
    running.push(watched.then(async () => ({ story, recording, result: await recording.result() })));
    // The early return: Agora has answered, and the upload goes on without the caller.
    if (story.input.stop?.method !== "sync") await recording.stopped();
  }
  const ends = await Promise.all(running);
  return report(ends, demo);
}

async function watch(recording: Recording, show: (progress: RecordingProgress) => void): Promise<void> {
  for await (const progress of recording.progress()) show(progress);
}

type EndedStory = { story: DemoStory; recording: Recording; result: FinalizeResult };

/** Prints what came of it, and returns the exit code. */
async function report(ends: EndedStory[], { uiUrl, bucketName }: DemoSetup): Promise<number> {
  say("");
  for (const { story, recording, result } of ends) {
    const { outcome, backup, problems } = result;
    const waited = backup ? ` after ${(backup.waitedMs / 1000).toFixed(1)} s of waiting for Agora's backup cloud` : "";
    const wrong = story.isRight(result) ? "" : styleText("red", " (this is not how it must end)");
    say(`${styleText(outcome === "verified" ? "green" : "yellow", outcome)}${waited}: ${story.name}${wrong}`);
    for (const { check, subject } of problems.slice(0, 3)) say(`    ${check}: ${subject}`);
    if (uiUrl !== undefined) say(`    ${uiUrl}/namespaces/default/workflows/${recording.workflowId}`);
  }
  if (ends[0]) await showManifest(ends[0], bucketName);
  return ends.every(({ story, result }) => story.isRight(result)) ? 0 : 1;
}

async function showManifest({ recording, result: { manifest } }: EndedStory, bucketName: string): Promise<void> {
  const { key = "nowhere", sha256 = "", bytes = 0 } = manifest ?? {};
  say(`\nThe first manifest lies at s3://${bucketName}/${key}\n(${bytes} bytes, SHA-256 ${sha256}):\n`);
  say(shorten(JSON.stringify(await recording.manifest(), undefined, 2)));
}

function shorten(text: string): string {
  const lines = text.split("\n");
  if (lines.length <= 2 * SHOWN) return text;
  const left = lines.length - 2 * SHOWN;
  return [...lines.slice(0, SHOWN), `  … ${left} more lines …`, ...lines.slice(-SHOWN)].join("\n");
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
