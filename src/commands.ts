/** What the command `tailslate` can do. Results go to stdout as JSON; what a person watches goes to stderr. */
import { readFile } from "node:fs/promises";

import { Connection } from "@temporalio/client";
import { loadClientConnectConfig } from "@temporalio/envconfig";
import { Command, CommanderError } from "commander";

import { connect, loadConfig, type Recording, type Recordings } from "./client.ts";
import { ownFailure } from "./failures.ts";
import { assertInput, type FinalizeInput } from "./input.ts";
import { progressLine } from "./progress-line.ts";
import { type Host, runWorker } from "./run-worker.ts";
import { registerSearchAttributes } from "./search-attributes.ts";

export type Terminal = Host & {
  stderr: Host["stderr"] & { isTTY?: boolean | undefined; columns?: number | undefined };
};

/** Runs one command. Returns the exit code: 0 done, 1 failed, 2 the command line or the input is wrong. */
export async function runCommand(args: string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    terminal.stderr.write(`${line}\n`);
    return error instanceof UsageError || ownFailure(error)?.type === "InputInvalid" ? 2 : 1;
  }
}

class UsageError extends Error {}

function createProgram(terminal: Terminal, exit: (code: number) => void): Command {
  const program = new Command("tailslate")
    .description("Ends every Agora cloud recording with a verified file manifest")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    });
  const print = (value: unknown): void => void terminal.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
  const reason = ["--reason <text>", "stands in the manifest's timeline"] as const;

  program
    .command("worker")
    .description("run a worker until SIGTERM")
    .action(async () => exit(await runWorker(terminal)));
  program
    .command("stop")
    .description("start to end a recording, or attach to it, and follow it to its outcome")
    .argument("<file>", "the input as JSON; - for standard input")
    .option("--rerun", "verify a recording that was finished before once more", false)
    .action(async (file: string, { rerun }: { rerun: boolean }) => {
      const input = await readInput(file);
      const result = await withRecordings(terminal, async (recordings) => {
        const recording = await recordings.finalize(input, { rerun });
        if (recording.attached)
          terminal.stderr.write("Attached to the run that was there before: its own input holds\n");
        await follow(recording, terminal);
        return recording.result();
      });
      print(result);
      exit(result.outcome === "verified" ? 0 : 1);
    });
  program
    .command("status")
    .description("what the workflow knows now")
    .argument("<sid>")
    .action(async (sid: string) => print(await withRecordings(terminal, (recordings) => recordings.get(sid).status())));
  program
    .command("cancel")
    .description("give up; before the stop was sent the recording goes on, and is billed")
    .argument("<sid>")
    .option(...reason)
    .action(async (sid: string, options: { reason?: string }) =>
      withRecordings(terminal, (recordings) => recordings.get(sid).cancel(options.reason)),
    );
  program
    .command("force-stop")
    .description("stop now, or end the wait now and verify what is there")
    .argument("<sid>")
    .option(...reason)
    .action(async (sid: string, options: { reason?: string }) =>
      print(await withRecordings(terminal, (recordings) => recordings.get(sid).forceStop(options.reason))),
    );
  program
    .command("manifest")
    .description("print a recording's manifest, checked against its digest")
    .argument("<sid>")
    .action(async (sid: string) => {
      const manifest = await withRecordings(terminal, (recordings) => recordings.get(sid).manifest());
      if (manifest === undefined) throw new Error("Cannot print the manifest: this outcome has none");
      print(manifest);
    });
  program
    .command("search-attributes")
    .description("register the search attributes in the namespace")
    .action(async () => print({ registered: await registerInNamespace() }));
  return program;
}

async function withRecordings<T>(terminal: Terminal, use: (recordings: Recordings) => Promise<T>): Promise<T> {
  const taskQueue = terminal.env["TEMPORAL_TASK_QUEUE"];
  const { stores } = loadConfig(terminal.env);
  const recordings = await connect({ stores, ...(taskQueue !== undefined && { taskQueue }) });
  try {
    return await use(recordings);
  } finally {
    await recordings.close();
  }
}

async function readInput(file: string): Promise<FinalizeInput> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file === "-" ? "/dev/stdin" : file, "utf8"));
  } catch (error) {
    const state = error instanceof SyntaxError ? "it is not JSON" : "the file cannot be read";
    throw new UsageError(`Cannot use ${file} as input: ${state}`);
  }
  assertInput(json);
  return json;
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

async function registerInNamespace(): Promise<string[]> {
  const { connectionOptions, namespace = "default" } = loadClientConnectConfig();
  const connection = await Connection.connect(connectionOptions);
  try {
    return await registerSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
}
