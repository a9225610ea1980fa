/** The worker as a child process with a prebuilt workflow bundle, on any of the three runtimes. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { bundleWorkflows } from "../../src/worker/workflow-bundle.ts";
import { type Child, startChild } from "../servers/child.ts";
import { buildCommand, type RuntimeName, WORKER } from "../runtimes.ts";

/** Starts a worker and waits until it polls; `ready` is the line in which it says so. */
export async function startWorker(
  runtime: RuntimeName,
  env: Record<string, string>,
): Promise<Child & { ready: string }> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-"));
  const bundle = join(folder, "workflow-bundle.cjs");
  const { code } = await bundleWorkflows();
  await writeFile(bundle, code);

  const worker = startChild({
    name: "the worker",
    ...buildCommand(runtime, { script: WORKER }),
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
