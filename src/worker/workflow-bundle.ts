/** The workflow code that the worker's sandbox loads: prebuilt for production, bundled at start in development. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { bundleWorkflowCode, type WorkerOptions } from "@temporalio/worker";

/** Present in the compiled package only. */
const PREBUILT = new URL("./workflow-bundle.cjs", import.meta.url);

export type WorkflowBundle = NonNullable<WorkerOptions["workflowBundle"]>;

export type FoundBundle = { bundle: WorkflowBundle; prebuilt: boolean };

/** The prebuilt bundle at `path` or beside this code; otherwise bundles now, which takes seconds. */
export async function findWorkflowBundle(path: string | undefined): Promise<FoundBundle> {
  const codePath = path ?? (existsSync(PREBUILT) ? fileURLToPath(PREBUILT) : undefined);
  if (codePath !== undefined) return { bundle: { codePath }, prebuilt: true };
  return { bundle: await bundleWorkflows(), prebuilt: false };
}

/** Bundles `workflows/`. The worker that loads it must have the same version of Temporal's SDK. */
export async function bundleWorkflows(): Promise<{ code: string }> {
  const workflowsPath = fileURLToPath(new URL(`../workflows/index${import.meta.url.slice(-3)}`, import.meta.url));
  return bundleWorkflowCode({ workflowsPath, logger: SILENT_LOGGER });
}

const SILENT_LOGGER = { log: discard, trace: discard, debug: discard, info: discard, warn: discard, error: discard };

function discard(): void {
  // webpack's progress does not help an operator
}
