/** What the command `tailslate` can do. Results go to stdout, what a person watches and what is wrong to stderr. */
import { Command } from "commander";

import { runWorker } from "../worker/run-worker.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addEmulateCommand } from "./commands/emulate.ts";
import { endingOf, EXIT_CODES } from "./exit-codes.ts";
import { addListCommand } from "./commands/list.ts";
import { addManifestCommand } from "./commands/manifest.ts";
import { addRecordingCommands } from "./commands/status.ts";
import { addReportCommand } from "./commands/report.ts";
import { addSearchAttributesCommand } from "./commands/search-attributes.ts";
import { addStopCommand } from "./commands/stop.ts";
import type { CommandContext, CommandHost } from "./context.ts";
import { isLive } from "./output/terminal-text.ts";
import { addVerifyCommand } from "./commands/verify.ts";
import { addWatchCommand } from "./commands/watch.ts";
import { addWebhookCommand } from "./commands/webhook.ts";

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
export async function runCommand(args: string[], host: CommandHost): Promise<number> {
  let exitCode = 0;
  try {
    await createProgram(host, (code) => (exitCode = code)).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    const { code, line } = endingOf(error);
    // What a terminal shows of Ctrl-C is no part of the line.
    const clear = code === 130 && isLive(host.stderr, host) ? "\r\u001B[2K" : "";
    if (line !== "") host.stderr.write(`${clear}${line.split("\n")[0]}\n`);
    return code;
  }
}

function createProgram(host: CommandHost, exit: (code: number) => void): Command {
  const { stdout, stderr } = host;
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
  for (const add of COMMANDS) add(program, { host, exit, print });
  return program;
}

function addWorkerCommand(program: Command, { host, exit }: CommandContext): void {
  program
    .command("worker")
    .description("run a worker until SIGTERM")
    .action(async () => exit(await runWorker(host)));
}
