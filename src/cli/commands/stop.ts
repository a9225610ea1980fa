/** The command that starts to end a recording, or attaches to the run that does, and follows it to its outcome. */
import { readFile } from "node:fs/promises";

import type { Command } from "commander";

import type { FinalizeResult, Recording, RecordingProgress } from "../../client.ts";
import { assertInput, type FinalizeInput } from "../../contract/input.ts";
import { createLineDisplay } from "../output/line-display.ts";
import { withClient } from "../with-client.ts";
import { formatProgressLine } from "../output/progress-line.ts";
import { hasEnded, formatResult } from "../output/result.ts";
import { type CommandContext, Interrupted, type CommandHost, UsageError } from "../context.ts";
import { createPainter } from "../output/terminal-text.ts";

type Options = { rerun: boolean; wait: boolean };

export function addStopCommand(program: Command, context: CommandContext): void {
  const { host, exit, print } = context;
  program
    .command("stop")
    .description("start to end a recording, or attach to the run that does, and follow it to its outcome")
    .argument("<file>", "the input as JSON; - for standard input")
    .option("--rerun", "verify a recording that was finished before once more", false)
    .option("--no-wait", "start, and leave the workflow to itself")
    .action(async (file: string, options: Options) => {
      const { recording, result } = await runStop(await readInput(file, host), options, host);
      const { sid, workflowId, attached } = recording;
      if (result === undefined) {
        print({ sid, workflowId, attached }, () => `${attached ? "Attached to" : "Started"} ${workflowId}`);
        return;
      }
      print(result, () => formatResult(sid, result, createPainter(host.stdout, host)));
      exit(result.outcome === "verified" ? 0 : 1);
    });
}

/** What Ctrl-C leaves behind; without sids all that run. */
export function interruptedNotice(sids: string[]): Interrupted {
  const [workflow, it] = sids.length === 1 ? ["The workflow goes on", "it"] : ["The workflows go on", "them"];
  return new Interrupted(`${workflow}; follow ${it} again with: ${["tailslate watch", ...sids].join(" ")}`);
}

async function runStop(
  input: FinalizeInput,
  { rerun, wait }: Options,
  host: CommandHost,
): Promise<{ recording: Recording; result?: FinalizeResult }> {
  let started: Recording | undefined;
  try {
    return await withClient(host, async (recordings) => {
      const recording = await recordings.finalize(input, { rerun });
      started = recording;
      if (!wait) return { recording };
      await follow(recording, host);
      return { recording, result: await recording.result() };
    });
  } catch (error) {
    throw error instanceof Interrupted && started ? interruptedNotice([started.sid]) : error;
  }
}

async function follow(recording: Recording, host: CommandHost): Promise<void> {
  const lines = createLineDisplay(host);
  let explained = !recording.attached;
  for await (const progress of recording.progress()) {
    if (!explained) host.stderr.write(`${explainAttachment(progress)}\n`);
    explained = true;
    lines.show([formatProgressLine(progress, lines.columns())]);
  }
}

function explainAttachment(progress: RecordingProgress): string {
  return hasEnded(progress)
    ? "This recording was finished before: --rerun verifies it once more"
    : "Attached to the run that is under way: its own input holds";
}

async function readInput(file: string, { stdin }: CommandHost): Promise<FinalizeInput> {
  let input: unknown;
  try {
    input = JSON.parse(file === "-" ? await readToEnd(stdin) : await readFile(file, "utf8"));
  } catch (error) {
    const state = error instanceof SyntaxError ? "it is not JSON" : "the file cannot be read";
    throw new UsageError(`Cannot use "${file}" as input: ${state}`);
  }
  assertInput(input);
  return input;
}

async function readToEnd(stdin: CommandHost["stdin"]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
