#!/usr/bin/env node
/** A person's door: `tailslate`. Results go to stdout as JSON, what a person watches goes to stderr. */
import nodeModule from "node:module";
import process from "node:process";

import { refuseRuntime } from "./runtime.ts";

// Saves Node a quarter of a second from the second start on; Deno keeps such a cache by itself.
nodeModule.enableCompileCache?.();

const refusal = refuseRuntime(process.versions);
if (refusal !== undefined) {
  process.stderr.write(`${refusal}\n`);
  process.exit(1);
}

// Only now: on a runtime that is too old these modules could not even be loaded.
const { runCommand } = await import("./cli/program.ts");
// A worker that could not be created keeps native resources, which would keep the process alive.
process.exit(await runCommand(process.argv.slice(2), process));
