/**
 * The operators' door: one worker process. Starts even while a store or Agora is away, says in one line when it is ready
 * or why it cannot be, and drains on SIGTERM.
 */
import nodeModule from "node:module";
import process from "node:process";

import { unsupportedRuntime } from "./process/runtime.ts";

// Saves Node a quarter of a second from the second start on; Deno keeps such a cache by itself.
nodeModule.enableCompileCache?.();

const refusal = unsupportedRuntime(process.versions);
if (refusal !== undefined) {
  process.stderr.write(`${refusal}\n`);
  process.exit(1);
}

// Only now: on a runtime that is too old these modules could not even be loaded.
const { runWorker } = await import("./worker/run-worker.ts");
// A worker that could not be created keeps native resources, which would keep the process alive.
process.exit(await runWorker(process));
