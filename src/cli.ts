#!/usr/bin/env node
/** The command `tailslate` as a process. Results go to standard output; progress and errors go to standard error. */
import { writeSync } from "node:fs";
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

/** The output is lost although its reader waits; after any other error the reader has gone. */
const DISK_ERRORS: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS"]);

const streams = [process.stdout, process.stderr];
for (const stream of streams) {
  stream.on("error", ({ code }: NodeJS.ErrnoException) => {
    const isLost = code !== undefined && DISK_ERRORS.has(code);
    // Not by the stream, which may have ended already.
    if (isLost && stream === process.stdout) writeSync(2, `Cannot write the output: ${code}\n`);
    process.exit(EXIT_CODES[isLost ? "usage" : "sigpipe"].code);
  });
}

// Not before the check: a runtime that is too old cannot even load these modules.
const { runCommand } = await import("./cli/program.ts");
const code = await runCommand(process.argv.slice(2), process);
// Flush: a pipe may still hold output.
await Promise.all(streams.map(async (stream) => new Promise<void>((resolve) => void stream.end(resolve))));
// A worker that could not be created keeps native resources, which would keep the process alive.
process.exit(code);
