/** `tailslate doctor`: one line for each thing that must be right before a recording can be ended. */
import { type Command, InvalidArgumentError } from "commander";

import { runChecks } from "../../doctor/doctor.ts";
import type { CheckResult } from "../../doctor/check.ts";
import type { CommandContext } from "../context.ts";
import { EXIT_CODES } from "../exit-codes.ts";
import type { Paint } from "../output/terminal-text.ts";

type Options = { fix: boolean; write: boolean; prefix: string; appId: ReadonlyMap<string, string> };

const STYLES = { ok: "green", warning: "yellow", wrong: "red", skipped: "dim" } as const;

export function addDoctorCommand(program: Command, { host, exit, print }: CommandContext): void {
  program
    .command("doctor")
    .description("check the configuration, Temporal, Agora and the stores, and say how to mend what is wrong")
    .option("--fix", "register the search attributes that are missing", false)
    .option("--no-write", "write nothing; else tailslate-doctor.txt is written into each store, and stays there")
    .option(
      "--prefix <directory>",
      "list and write there, for keys that are limited to a directory",
      parseDirectory,
      "",
    )
    .option("--app-id <[account=]id>", "an App ID to ask Agora with; default: an invented one", parseAppId, new Map())
    .action(async ({ appId: appIds, ...options }: Options) => {
      const { env, versions } = host;
      const findings = await runChecks({ env, versions, appIds, ...options });
      print(findings, (paint) => formatFindings(findings, paint));
      exit(chooseExitCode(findings));
    });
}

function formatFindings(findings: CheckResult[], paint: Paint): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, status, found, remedy }) => {
    const line = `${paint(STYLES[status], status.padEnd(8))} ${check.padEnd(width)}  ${found}`;
    return remedy === null ? line : `${line}\n         → ${remedy}`;
  });
  return lines.join("\n");
}

/** Warnings are no reason for another code. */
function chooseExitCode(findings: CheckResult[]): number {
  const wrong = findings.filter(({ status }) => status === "wrong");
  if (wrong.some(({ check }) => check === "configuration")) return EXIT_CODES.usage.code;
  return wrong.length > 0 ? EXIT_CODES.negative.code : EXIT_CODES.success.code;
}

/** The prefix of keys in a directory: `calls/2026` and `calls/2026/` become `calls/2026/`. */
function parseDirectory(text: string): string {
  return text === "" ? "" : `${text.replace(/\/+$/, "")}/`;
}

function parseAppId(text: string, known: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, account = "default", appId] = /^(?:([^=]+)=)?([\w-]+)$/.exec(text) ?? [];
  if (appId === undefined) throw new InvalidArgumentError("It must be an App ID, or ACCOUNT=ID.");
  return new Map([...known, [account, appId]]);
}
