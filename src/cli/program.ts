/** What the command `tailslate` can do. Results go to stdout, what a person watches and what is wrong to stderr. */
import { Command } from "commander";

import { runWorker } from "../worker/run-worker.ts";
import { addDoctorCommand } from "./doctor-command.ts";
import { addEmulateCommand } from "./emulate-command.ts";
import { endingOf, EXIT_CODES } from "./ending.ts";
import { addListCommand } from "./list-command.ts";
import { addManifestCommand } from "./manifest-command.ts";
import { addRecordingCommands } from "./recording-commands.ts";
import { addReportCommand } from "./report-command.ts";
import { addSearchAttributesCommand } from "./search-attributes-command.ts";
import { addStopCommand } from "./stop-command.ts";
import type { CommandContext, Terminal } from "./terminal.ts";
import { isLive } from "./text.ts";
import { addVerifyCommand } from "./verify-command.ts";
import { addWatchCommand } from "./watch-command.ts";
import { addWebhookCommand } from "./webhook-command.ts";

/** In the order of the help. */
const COMMANDS = [
  addStopCommand,
  addWatchCommand,
  addListCommand,
  addRecordingCommands,
  addManifestCommand,
  addVerifyCommand,
  addReportCommand,
  addDoctorCommand,
  addSearchAttributesCommand,
  addWorkerCommand,
  addWebhookCommand,
  addEmulateCommand,
];

/** Runs one command. Returns the exit code: see `ending.ts`. */
export async function runCommand(args: string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  try {
    await createProgram(terminal, (code) => (exitCode = code)).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    const { code, line } = endingOf(error);
    // What a terminal shows of Ctrl-C is no part of the line.
    const clear = code === 130 && isLive(terminal.stderr, terminal) ? "\r\u001B[2K" : "";
    if (line !== "") terminal.stderr.write(`${clear}${line.split("\n")[0]}\n`);
    return code;
  }
}

function createProgram(terminal: Terminal, exit: (code: number) => void): Command {
  const { stdout, stderr } = terminal;
  const program = new Command("tailslate")
    .description("Ends every Agora cloud recording with a verified file manifest")
    .option("--json", "print results as JSON", false)
    .addHelpText("after", `\n${EXIT_CODES}`)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => stderr.columns ?? 80,
      // A suggestion stands on a line of its own otherwise.
      outputError: (text, write) => write(`${text.trim().replaceAll("\n", " ")}\n`),
    });
  const print: CommandContext["print"] = (result, text) => {
    const wanted = program.opts<{ json: boolean }>().json || text === undefined;
    stdout.write(`${wanted ? JSON.stringify(result, undefined, 2) : text()}\n`);
  };
  for (const add of COMMANDS) add(program, { terminal, exit, print });
  return program;
}

function addWorkerCommand(program: Command, { terminal, exit }: CommandContext): void {
  program
    .command("worker")
    .description("run a worker until SIGTERM")
    .action(async () => exit(await runWorker(terminal)));
}
