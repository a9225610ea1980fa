/** What the command `tailslate` can do. Results go to stdout as JSON; what a person watches goes to stderr. */
import { Command, CommanderError } from "commander";

import { addEmulateCommand } from "./emulate-command.ts";
import { ownFailure } from "../failures.ts";
import { addRecordingCommands } from "./recording-commands.ts";
import { runWorker } from "../worker/run-worker.ts";
import { registerSearchAttributes } from "../search-attributes.ts";
import { openConnection } from "../temporal-connection.ts";
import { type CommandContext, type Terminal, UsageError } from "./terminal.ts";
import { addVerifyCommand } from "./verify-command.ts";
import { addWebhookCommand } from "./webhook-command.ts";

/** Runs one command. Returns the exit code: 0 done, 1 failed or not verified, 2 the command line or the input is wrong. */
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

function createProgram(terminal: Terminal, exit: (code: number) => void): Command {
  const program = new Command("tailslate")
    .description("Ends every Agora cloud recording with a verified file manifest")
    .option("--json", "print results as JSON", false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    });
  const print: CommandContext["print"] = (result, text) => {
    const wanted = program.opts<{ json: boolean }>().json || text === undefined;
    terminal.stdout.write(`${wanted ? JSON.stringify(result, undefined, 2) : text()}\n`);
  };
  program
    .command("worker")
    .description("run a worker until SIGTERM")
    .action(async () => exit(await runWorker(terminal)));
  for (const add of [addRecordingCommands, addWebhookCommand, addVerifyCommand, addEmulateCommand]) {
    add(program, { terminal, exit, print });
  }
  program
    .command("search-attributes")
    .description("register the search attributes in the namespace")
    .action(async () => {
      print({ registered: await registerInNamespace() });
    });
  return program;
}

async function registerInNamespace(): Promise<string[]> {
  const { connection, namespace } = await openConnection();
  try {
    return await registerSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
}
