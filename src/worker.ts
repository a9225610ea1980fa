/**
 * The operators' entry point: one worker process. It starts even while a store or Agora is unavailable, reports in one line
 * that it is ready or why it failed, and drains on SIGTERM.
 */
import nodeModule from "node:module";
import process from "node:process";

import { unsupportedRuntime } from "./process/runtime.ts";

// Saves Node a quarter of a second from the second start on. Deno has such a cache anyway.
nodeModule.enableCompileCache?.();

const refusal = unsupportedRuntime(process.versions);
if (refusal !== undefined) {
  process.stderr.write(`${refusal}\n`);
  process.exit(1);
}

// Not imported at the top: a runtime that is too old cannot even load these modules.
const { runWorker } = await import("./worker/run-worker.ts");
// Exit explicitly: the native resources of a worker that could not be created keep the process alive.
process.exit(await runWorker(process));
