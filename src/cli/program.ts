/** The command `tailslate`: its commands, and how each ends. */
import { Command } from "commander";

import { OWN_PACKAGE, readPackageVersion } from "../process/package-version.ts";
import { addCancelCommand } from "./commands/cancel.ts";
import { addDoctorCommand } from "./commands/doctor.ts";
import { addEmulateCommand } from "./commands/emulate.ts";
import { addForceStopCommand } from "./commands/force-stop.ts";
import { addListCommand } from "./commands/list.ts";
import { addManifestCommand } from "./commands/manifest.ts";
import { addReportCommand } from "./commands/report.ts";
import { addSearchAttributesCommand } from "./commands/search-attributes.ts";
import { addStatusCommand } from "./commands/status.ts";
import { addStopCommand } from "./commands/stop.ts";
import { addVerifyCommand } from "./commands/verify.ts";
import { addWatchCommand } from "./commands/watch.ts";
import { addWebhookCommand } from "./commands/webhook.ts";
import { addWorkerCommand } from "./commands/worker.ts";
import type { CommandContext, CommandHost } from "./context.ts";
import { EXIT_CODES, formatExitCodes } from "./exit-codes.ts";
import { exitStatusOf } from "./exit-status.ts";
import { createPainter, isLive } from "./output/terminal-text.ts";

/** In the order of the help. A new command is a row here, a file in `commands/` and a paragraph in docs/command.md. */
const COMMANDS = [
  addStopCommand,
  addWatchCommand,
  addListCommand,
  addStatusCommand,
  addCancelCommand,
  addForceStopCommand,
  addManifestCommand,
  addVerifyCommand,
  addReportCommand,
  addDoctorCommand,
  addSearchAttributesCommand,
  addWorkerCommand,
  addWebhookCommand,
  addEmulateCommand,
];

/** Runs one command. Returns the exit code. */
export async function runCommand(args: string[], host: CommandHost): Promise<number> {
  let exitCode: number = EXIT_CODES.success.code;
  try {
    await createProgram(host, (code) => (exitCode = code)).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    const { status, line } = exitStatusOf(error);
    // Erases the `^C` that the terminal echoed.
    const erase = status === "interrupted" && isLive(host.stderr, host.env) ? "\r\u001B[2K" : "";
    if (line !== "") host.stderr.write(`${erase}${line.split("\n")[0]}\n`);
    return EXIT_CODES[status].code;
  }
}

function createProgram(host: CommandHost, exit: CommandContext["exit"]): Command {
  const { stdout, stderr } = host;
  const program = new Command("tailslate")
    .description("Ends every Agora cloud recording with a verified file manifest")
    .version(readPackageVersion(OWN_PACKAGE), "--version", "print the version")
    .option("--json", "print results as JSON", false)
    .addHelpText("after", `\n${formatExitCodes()}`)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      getOutHelpWidth: () => stdout.columns ?? 80,
      getErrHelpWidth: () => stderr.columns ?? 80,
      // Commander writes a suggestion on a second line.
      outputError: (text, write) => write(`${text.trim().replaceAll("\n", " ")}\n`),
    });
  const print: CommandContext["print"] = (result, format) => {
    const { json } = program.opts<{ json: boolean }>();
    stdout.write(`${json ? JSON.stringify(result, undefined, 2) : format(createPainter(stdout, host.env))}\n`);
  };
  for (const addCommand of COMMANDS) addCommand(program, { host, exit, print });
  return program;
}
