/** The commands about one recording. */
import { readFile } from "node:fs/promises";

import type { Command } from "commander";

import { connect, loadConfig, type Recording, type Recordings } from "../client.ts";
import { assertInput, type FinalizeInput } from "../input.ts";
import { progressLine } from "./progress-line.ts";
import { type CommandContext, type Terminal, UsageError } from "./terminal.ts";

export function addRecordingCommands(program: Command, { terminal, exit, print }: CommandContext): void {
  const about = async <T>(sid: string, ask: (recording: Recording) => Promise<T>): Promise<T> =>
    withRecordings(terminal, async (recordings) => ask(recordings.get(sid)));
  const reason = ["--reason <text>", "stands in the manifest's timeline"] as const;

  program
    .command("stop")
    .description("start to end a recording, or attach to it, and follow it to its outcome")
    .argument("<file>", "the input as JSON; - for standard input")
    .option("--rerun", "verify a recording that was finished before once more", false)
    .action(async (file: string, options: { rerun: boolean }) => {
      const result = await stop(await readInput(file, terminal), options, terminal);
      print(result);
      exit(result.outcome === "verified" ? 0 : 1);
    });
  program
    .command("status")
    .description("what the workflow knows now")
    .argument("<sid>")
    .action(async (sid: string) => print(await about(sid, async (recording) => recording.status())));
  program
    .command("cancel")
    .description("give up; before the stop was sent the recording goes on, and is billed")
    .argument("<sid>")
    .option(...reason)
    .action(async (sid: string, options: { reason?: string }) =>
      about(sid, async (recording) => recording.cancel(options.reason)),
    );
  program
    .command("force-stop")
    .description("stop now, or end the wait now and verify what is there")
    .argument("<sid>")
    .option(...reason)
    .action(async (sid: string, options: { reason?: string }) =>
      print(await about(sid, async (recording) => recording.forceStop(options.reason))),
    );
  program
    .command("manifest")
    .description("print a recording's manifest, checked against its digest")
    .argument("<sid>")
    .action(async (sid: string) => {
      const manifest = await about(sid, async (recording) => recording.manifest());
      if (manifest === undefined) throw new Error("Cannot print the manifest: this outcome has none");
      print(manifest);
    });
}

async function stop(input: FinalizeInput, options: { rerun: boolean }, terminal: Terminal) {
  return withRecordings(terminal, async (recordings) => {
    const recording = await recordings.finalize(input, options);
    if (recording.attached) terminal.stderr.write("Attached to the run that was there before: its own input holds\n");
    await follow(recording, terminal);
    return recording.result();
  });
}

/** On a terminal one line that changes; elsewhere a line for each change. */
async function follow(recording: Recording, { stderr }: Terminal): Promise<void> {
  const live = stderr.isTTY === true;
  for await (const progress of recording.progress()) {
    const line = progressLine(progress, stderr.columns ?? 120);
    stderr.write(live ? `\r\u001B[2K${line}` : `${line}\n`);
  }
  if (live) stderr.write("\n");
}

async function withRecordings<T>({ env }: Terminal, use: (recordings: Recordings) => Promise<T>): Promise<T> {
  const taskQueue = env["TEMPORAL_TASK_QUEUE"];
  const { stores } = loadConfig(env);
  const recordings = await connect({ stores, ...(taskQueue !== undefined && { taskQueue }) });
  try {
    return await use(recordings);
  } finally {
    await recordings.close();
  }
}

async function readInput(file: string, { stdin }: Terminal): Promise<FinalizeInput> {
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

async function readToEnd(stdin: Terminal["stdin"]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
