#!/usr/bin/env node
/** The command `tailslate` as a process. Results go to standard output; progress and errors go to standard error. */
import nodeModule from "node:module";
import process from "node:process";

import { EXIT_CODES } from "./cli/exit-codes.ts";
import { unsupportedRuntime } from "./process/runtime.ts";

// Saves Node a quarter of a second from the second start on; Deno keeps such a cache by itself.
nodeModule.enableCompileCache?.();

const refusal = unsupportedRuntime(process.versions);
if (refusal !== undefined) {
  process.stderr.write(`${refusal}\n`);
  process.exit(1);
}

const streams = [process.stdout, process.stderr];
for (const stream of streams) stream.on("error", () => process.exit(EXIT_CODES.sigpipe.code));

// Not before the check: a runtime that is too old cannot even load these modules.
const { runCommand } = await import("./cli/program.ts");
const code = await runCommand(process.argv.slice(2), process);
// Flush: a pipe may still hold output.
await Promise.all(streams.map(async (stream) => new Promise<void>((resolve) => void stream.end(resolve))));
// A worker that could not be created keeps native resources, which would keep the process alive.
process.exit(code);
