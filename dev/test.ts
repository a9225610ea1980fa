/**
 * `npm test`: every test file on Node, Bun and Deno, with one Temporal server, one S3 gateway and one workflow bundle for all.
 *
 *     node dev/test.ts [--runtime node|bun|deno]… [FILE]…
 *
 * Its last line is `N passed, N failed`, over all runtimes.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";

import { bundleWorkflows } from "../src/worker/workflow-bundle.ts";
import { startTestServers } from "../test/support/servers.ts";
import { RUNTIMES } from "./runtimes.ts";
import type { Servers } from "./servers/servers.ts";
import { findTestFiles, type PlannedRun, planRuns } from "./test-runner/plan.ts";
import { printRun, printSummary } from "./test-runner/summary.ts";
import { runTestFile, type TestRun } from "./test-runner/test-run.ts";

/** Most files wait for Temporal's timers: of 2,410 s that they took on Node, 500 s were computing. */
const AT_ONCE = Math.min(2 * availableParallelism(), 8);

const { runtimes, files } = await whatToRun();
const plan = await planRuns(files, runtimes);
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort());

const folder = await mkdtemp(join(tmpdir(), "tailslate-test-"));
try {
  const runs = await runAll(plan.runs);
  printSummary(runs, plan, runtimes);
  const isGood = runs.length === plan.runs.length && runs.every(({ failed }) => failed === 0);
  process.exitCode = isGood && runs.length > 0 && !interrupted.signal.aborted ? 0 : 1;
} finally {
  await rm(folder, { recursive: true });
}

async function whatToRun() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { runtime: { type: "string", multiple: true } },
  });
  const unknown = values.runtime?.find((name) => !RUNTIMES.some((runtime) => runtime === name));
  if (unknown !== undefined) throw new Error(`Cannot run tests on "${unknown}": it is none of ${RUNTIMES.join(", ")}`);
  return {
    runtimes: RUNTIMES.filter((runtime) => values.runtime?.includes(runtime) ?? true),
    files: positionals.length > 0 ? positionals : await findTestFiles(),
  };
}

async function runAll(planned: PlannedRun[]): Promise<TestRun[]> {
  const servers = await startTestServers();
  try {
    const env = await sharedEnvironment(servers);
    const waiting = [...planned];
    const runs: TestRun[] = [];
    const runNext = async (): Promise<void> => {
      const next = waiting.shift();
      if (next === undefined || interrupted.signal.aborted) return;
      const run = await runTestFile(next.file, { runtime: next.runtime, env, signal: interrupted.signal });
      runs.push(run);
      printRun(run, { nth: runs.length, total: planned.length });
      await runNext();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, runNext));
    return runs;
  } finally {
    await servers.stop();
  }
}

/** What all test files share, under the names that `startServers` and the harness look for. */
async function sharedEnvironment({ temporal, s3 }: Servers): Promise<Record<string, string>> {
  const bundlePath = join(folder, "workflow-bundle.cjs");
  await writeFile(bundlePath, (await bundleWorkflows()).code);
  const { endpoint, region, accessKey, secretKey, folder: buckets } = s3;
  return {
    NO_COLOR: "1",
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: temporal.namespace,
    TAILSLATE_TEST_S3: JSON.stringify({ endpoint, region, accessKey, secretKey, folder: buckets }),
    TAILSLATE_WORKFLOW_BUNDLE: bundlePath,
    NODE_COMPILE_CACHE: join(folder, "compiled"), // a quarter of a command's time on Node otherwise
  };
}
