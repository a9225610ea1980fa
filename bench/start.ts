/**
 * How long a worker takes from the start of its process to its ready line, on each runtime: with the bundle that the
 * package carries, and when it bundles its workflows at the start. The bar: within a second with the bundle. And what that
 * bundle is made of.
 */
import { readFile } from "node:fs/promises";

import { type RuntimeName, RUNTIMES, WORKER } from "../dev/runtimes.ts";
import { bundleParts } from "./bundle-size.ts";
import { type Report, significant } from "./report.ts";
import { startRig } from "./rig.ts";
import { startRuntime } from "./runtime-process.ts";

const RUNS = 5;

/** Each kind of start is done once before, unmeasured: what the runtimes cache between starts is warm. */
export async function run(report: Report): Promise<void> {
  const rig = await startRig();
  try {
    const { TAILSLATE_WORKFLOW_BUNDLE: bundle, ...env } = rig.env;
    const rows = [];
    for (const runtime of RUNTIMES) rows.push([runtime, await measure(runtime, rig.env), await measure(runtime, env)]);
    report({
      title: `From the start of the process to its ready line, in seconds: median of ${RUNS} (fastest to slowest)`,
      columns: ["runtime", "prebuilt bundle", "bundling at the start"],
      rows,
    });
    report(bundleTable(await readFile(bundle ?? "", "utf8")));
  } finally {
    await rig.close();
  }
}

async function measure(runtime: RuntimeName, env: Record<string, string>): Promise<string> {
  const seconds = [];
  for (let count = -1; count < RUNS; count += 1) {
    const worker = await startRuntime(runtime, { script: WORKER, env });
    await worker.stop();
    if (count >= 0) seconds.push(worker.seconds);
  }
  const sorted = seconds.toSorted((a, b) => a - b);
  const [fastest, median, slowest] = [0, Math.floor(RUNS / 2), RUNS - 1].map((index) => sorted[index]?.toFixed(2));
  return `${median} (${fastest} to ${slowest})`;
}

function bundleTable(bundle: string) {
  const { code, map, parts } = bundleParts(bundle);
  const rows = [...parts, { from: "all code", kib: code }, { from: "its source map, not run", kib: map }];
  return {
    title: "The workflow bundle",
    columns: ["from", "KiB"],
    rows: rows.map(({ from, kib }) => [from, significant(kib)]),
  };
}
