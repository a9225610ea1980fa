/** How a command ends. Imports nothing: `cli.ts` needs a code even on a runtime that is too old for the commands. */
export type ExitStatus = "success" | "negative" | "usage" | "unknown" | "interrupted" | "sigpipe";

/** docs/command.md explains each. */
export const EXIT_CODES = {
  success: { code: 0, meaning: "done, and the answer is good" },
  negative: { code: 1, meaning: "done, and the answer is bad" },
  usage: { code: 2, meaning: "the command line, the configuration or the input is wrong" },
  unknown: { code: 3, meaning: "no answer: Temporal or a store is away, or there is no such recording" },
  interrupted: { code: 130, meaning: "interrupted with Ctrl-C" },
  sigpipe: { code: 141, meaning: "the reader of the output has gone (SIGPIPE)" },
} as const satisfies Record<ExitStatus, { code: number; meaning: string }>;

/** For `tailslate --help`. */
export function formatExitCodes(): string {
  const lines = Object.values(EXIT_CODES).map(({ code, meaning }) => `  ${String(code).padEnd(3)}  ${meaning}`);
  return ["Exit codes:", ...lines].join("\n");
}
