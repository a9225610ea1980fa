#!/usr/bin/env node
/** A person's door: `tailslate`. Results go to stdout, what a person watches and what is wrong to stderr. */
import nodeModule from "node:module";
import process from "node:process";

import { unsupportedRuntime } from "./process/runtime.ts";

/** As the signal SIGPIPE ends a process. */
const NOBODY_READS = 141;

// Saves Node a quarter of a second from the second start on; Deno keeps such a cache by itself.
nodeModule.enableCompileCache?.();

const refusal = unsupportedRuntime(process.versions);
if (refusal !== undefined) {
  process.stderr.write(`${refusal}\n`);
  process.exit(1);
}

const streams = [process.stdout, process.stderr];
for (const stream of streams) stream.on("error", () => process.exit(NOBODY_READS));

// Only now: on a runtime that is too old these modules could not even be loaded.
const { runCommand } = await import("./cli/program.ts");
const code = await runCommand(process.argv.slice(2), process);
// A pipe takes in its own time what was written.
await Promise.all(streams.map(async (stream) => new Promise<void>((resolve) => void stream.end(resolve))));
// A worker that could not be created keeps native resources, which would keep the process alive.
process.exit(code);
