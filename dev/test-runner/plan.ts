/** Which test files run on which runtimes, and in which order. */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import type { RuntimeName } from "../runtimes.ts";

/** One file on one runtime. */
export type PlannedRun = { file: string; runtime: RuntimeName };

/** `nodeAlone`: by file, why it runs on Node alone although other runtimes were asked for. */
export type Plan = { runs: PlannedRun[]; nodeAlone: Map<string, string> };

/** The line that a file has whose tests do not depend on the runtime: they run once. */
const NODE_ALONE = /^\/\/ Runs on Node alone: (.+)$/m;

/** Begin first, so that none of them is left at the end, with nothing beside it. */
const LONGEST = [
  "test/e2e/package/package.test.ts",
  "test/cli/commands/stop.test.ts",
  "test/workflows/outcomes.test.ts",
  "test/faults/matrix.test.ts",
  "test/cli/program.test.ts",
  "test/e2e/upgrade/rolling-upgrade.test.ts",
  "test/worker/worker.test.ts",
  "test/e2e/docs/commands.test.ts",
  "test/e2e/callers.test.ts",
  "test/e2e/chaos/chaos.test.ts",
  "test/cli/commands/doctor.test.ts",
  "test/workflows/cancel.test.ts",
  "test/workflows/force-stop.test.ts",
];

export async function planRuns(files: string[], runtimes: RuntimeName[]): Promise<Plan> {
  const nodeAlone = new Map<string, string>();
  for (const file of files) {
    const [, reason] = NODE_ALONE.exec(await readFile(file, "utf8")) ?? [];
    if (reason !== undefined && runtimes.some((runtime) => runtime !== "node")) nodeAlone.set(file, reason);
  }
  const runs = runtimes.flatMap((runtime) => {
    const own = files.filter((file) => runtime === "node" || !nodeAlone.has(file));
    return own.map((file) => ({ file, runtime }));
  });
  return { runs: runs.toSorted((a, b) => findRank(a.file) - findRank(b.file)), nodeAlone };
}

export async function findTestFiles(): Promise<string[]> {
  const root = fileURLToPath(new URL("../../test", import.meta.url));
  const names = await readdir(root, { recursive: true });
  const tests = names.filter((name) => name.endsWith(".test.ts"));
  return tests.toSorted().map((name) => relative(".", join(root, name)));
}

function findRank(file: string): number {
  const rank = LONGEST.indexOf(file);
  return rank === -1 ? LONGEST.length : rank;
}
