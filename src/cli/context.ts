/** Where a command runs: its arguments' other half. Only the door `cli.ts` knows the process behind it. */
import { InvalidArgumentError } from "commander";

import type { Host } from "../process/host.ts";

export type CommandHost = Host & {
  stdin: AsyncIterable<Uint8Array | string>;
  stdout: Host["stdout"] & Screen;
  stderr: Host["stderr"] & Screen;
  /** Calls the listener when the process is told to stop, instead of ending it. */
  once(event: "SIGTERM" | "SIGINT", listener: () => void): unknown;
};

/** All are missing where nobody looks. */
export type Screen = { isTTY?: boolean | undefined; columns?: number | undefined; rows?: number | undefined };

/** What every command gets beside its own arguments. */
export type CommandContext = {
  host: CommandHost;
  /** Sets the exit code of a command that has ended in order. */
  exit: (code: number) => void;
  /** The result on standard output: as JSON with `--json`, else as text for people. */
  print: (result: unknown, text?: () => string) => void;
};

/** The command line itself is wrong. */
export class UsageError extends Error {}

/** What was asked is known, and it is not what was hoped for. */
export class NegativeResult extends Error {}

/** Somebody pressed Ctrl-C; the message, if any, says what goes on all the same. */
export class Interrupted extends Error {}

/** Resolves at the signal that ends a process in order. */
export async function untilTerminated(host: CommandHost): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) host.once(signal, () => resolve());
  });
}

/** Reads the option of a command that listens. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError("It must be a number from 0 to 65535.");
  return port;
}

/** For a server that could not listen: the port and the address are the command line's. */
export function refuseAddress(cause: unknown): never {
  throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
}
