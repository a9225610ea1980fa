/**
 * `npm test`: every test file on Node, Bun and Deno, with one Temporal server, one S3 gateway and one workflow bundle for all.
 *
 *     node dev/test.ts [--runtime node|bun|deno]… [FILE]…
 *
 * Its last line is `N passed, N failed`, over all runtimes.
 */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { bundleWorkflows } from "../src/worker/workflow-bundle.ts";
import { startTestServers } from "../test/support/servers.ts";
import type { Servers } from "./servers/servers.ts";
import { RUNTIMES } from "./runtimes.ts";
import { runTestFile, type TestRun } from "./test-run.ts";

const AT_ONCE = 2;

const { runtimes, files } = await whatToRun();
const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupted.abort());

const folder = await mkdtemp(join(tmpdir(), "tailslate-test-"));
try {
  process.exitCode = report(await runAll());
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
    files: positionals.length > 0 ? positionals : await allTestFiles(),
  };
}

async function allTestFiles(): Promise<string[]> {
  const root = fileURLToPath(new URL("../test", import.meta.url));
  const names = await readdir(root, { recursive: true });
  return names
    .filter((name) => name.endsWith(".test.ts"))
    .toSorted()
    .map((name) => relative(".", join(root, name)));
}

async function runAll(): Promise<TestRun[]> {
  const servers = await startTestServers();
  try {
    const env = await sharedEnvironment(servers);
    const waiting = runtimes.flatMap((runtime) => files.map((file) => ({ runtime, file })));
    const runs: TestRun[] = [];
    const runNext = async (): Promise<void> => {
      const next = waiting.shift();
      if (next === undefined || interrupted.signal.aborted) return;
      const run = await runTestFile(next.file, { runtime: next.runtime, env, signal: interrupted.signal });
      print(run);
      runs.push(run);
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
  };
}

function print(run: TestRun): void {
  if (run.failed > 0) console.log(`\n${run.output.trim()}\n`);
  console.log(`${run.failed > 0 ? "FAILED" : "ok    "} ${run.runtime.padEnd(4)} ${run.file}: ${countsOf([run])}`);
}

/** Prints the sums and returns the exit code. */
function report(runs: TestRun[]): number {
  console.log();
  for (const runtime of runtimes) {
    const own = runs.filter((run) => run.runtime === runtime);
    console.log(`${runtime.padEnd(4)} ${own.length} files: ${countsOf(own)}`);
  }
  const [passed, failed] = [sum(runs, "passed"), sum(runs, "failed")];
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 && !interrupted.signal.aborted ? 0 : 1;
}

function countsOf(runs: TestRun[]): string {
  const skipped = sum(runs, "skipped");
  const skips = skipped === 0 ? "" : `, ${skipped} skipped`;
  return `${sum(runs, "passed")} passed, ${sum(runs, "failed")} failed${skips} in ${sum(runs, "seconds").toFixed(1)} s`;
}

function sum(runs: TestRun[], what: "passed" | "failed" | "skipped" | "seconds"): number {
  return runs.reduce((total, run) => total + run[what], 0);
}
