/** The workflow as a later release may have it: bundled from a copy of the source in which one step has become two. */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { bundleWorkflowCode } from "@temporalio/worker";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const STEP = 'recordStop(state, isSent ? await executeStop(state, input) : unansweredStop("not-sent"));';

/** The name of the patch in the history of a recording that has passed it. */
export const PATCH = "pause-after-the-stop";

/** A pause after the stop: with `patched`, so that recordings which are past it may go on; or `heedless`. */
export async function bundleChangedWorkflow(how: "patched" | "heedless"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-changed-"));
  try {
    await cp(join(ROOT, "src"), join(folder, "src"), { recursive: true });
    await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
    const path = join(folder, "src/workflows/finalize/finalize-recording.ts");
    const source = await readFile(path, "utf8");
    const pause = how === "patched" ? `if (patched("${PATCH}")) await sleep(1);` : "await sleep(1);";
    const changed = source
      .replace(STEP, `${STEP} ${pause}`)
      .replace("import {", 'import { patched, sleep } from "@temporalio/workflow"; import {');
    if (!changed.includes(`${STEP} ${pause}`)) throw new Error("Cannot change the workflow: it has no such step");
    await writeFile(path, changed);
    const { code } = await bundleWorkflowCode({ workflowsPath: join(folder, "src/workflows/index.ts") });
    return code;
  } finally {
    await rm(folder, { recursive: true });
  }
}
