/** The process a command runs in, and what it gives to every command; only `cli.ts` passes the real process. */
import type { Host } from "../process/host.ts";
import type { Paint, Screen } from "./output/terminal-text.ts";

export type CommandHost = Host & {
  stdin: AsyncIterable<Uint8Array | string>;
  stdout: Host["stdout"] & Screen;
  stderr: Host["stderr"] & Screen;
  /** Registers a listener, which replaces the signal's default action: to end the process. */
  once(event: "SIGTERM" | "SIGINT", listener: () => void): unknown;
};

export type CommandContext = {
  host: CommandHost;
  /** Sets the exit code of a command that returns; it is 0 otherwise. */
  exit: (code: number) => void;
  /** Writes the result to standard output: as JSON with `--json`, else as text. */
  print: (result: unknown, format: (paint: Paint) => string) => void;
};

/** Resolves at the signal that asks the process to end. */
export async function untilTerminated(host: CommandHost): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) host.once(signal, () => resolve());
  });
}
