/** The worker as a child process with a prebuilt workflow bundle, on any of the three runtimes. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { bundleWorkflows } from "../src/worker/workflow-bundle.ts";
import { type Child, startChild } from "./child.ts";

export const WORKER_RUNTIMES = ["node", "bun", "deno"] as const;
export type WorkerRuntime = (typeof WORKER_RUNTIMES)[number];

const WORKER = fileURLToPath(new URL("../src/worker.ts", import.meta.url));
const COMMANDS: Record<WorkerRuntime, { path: string; args: string[] }> = {
  node: { path: process.execPath, args: [WORKER] },
  bun: { path: installed("bun"), args: [WORKER] },
  deno: {
    path: installed("deno"),
    args: "run --allow-net --allow-env --allow-read --allow-ffi --allow-sys --node-modules-dir=manual"
      .split(" ")
      .concat(WORKER),
  },
};

/** Starts a worker and waits until it polls; `ready` is the line in which it says so. */
export async function startWorker(
  runtime: WorkerRuntime,
  env: Record<string, string>,
): Promise<Child & { ready: string }> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-"));
  const bundle = join(folder, "workflow-bundle.cjs");
  const { code } = await bundleWorkflows();
  await writeFile(bundle, code);

  const worker = startChild({
    name: "the worker",
    ...COMMANDS[runtime],
    env: { ...env, TAILSLATE_WORKFLOW_BUNDLE: bundle },
    folder,
  });
  let ended = false;
  void worker.ended.then(() => (ended = true));
  for (;;) {
    const ready = /^tailslate worker ready: .*$/m.exec(worker.output());
    if (ready) return { ...worker, ready: ready[0] };
    if (ended) throw new Error(`Cannot start the worker: ${worker.output()}`);
    await delay(25);
  }
}

function installed(name: string): string {
  return fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
}
