/**
 * How long a worker takes from the start of its process to its ready line, on each runtime: with the bundle that the
 * package carries, and when it bundles its workflows at the start. The bar: within a second with the bundle. And what that
 * bundle is made of.
 */
import { readFile } from "node:fs/promises";

import { type RuntimeName, RUNTIMES, WORKER } from "../dev/runtimes.ts";
import { writeBars } from "./support/bars.ts";
import { bundleParts } from "./bundle-size.ts";
import { median } from "./support/median.ts";
import { type Report, roundSignificant } from "./support/report.ts";
import { startRig } from "./support/rig.ts";
import { startRuntime } from "./support/runtime-process.ts";

const RUNS = 5;

/** Each kind of start is done once before, unmeasured: what the runtimes cache between starts is warm. */
export async function run(report: Report): Promise<void> {
  const rig = await startRig();
  try {
    const { TAILSLATE_WORKFLOW_BUNDLE: bundle, ...env } = rig.env;
    const rows = [];
    const bars = [];
    for (const runtime of RUNTIMES) {
      const [prebuilt, bundling] = [await measure(runtime, rig.env), await measure(runtime, env)];
      rows.push([runtime, spread(prebuilt), spread(bundling)]);
      bars.push({ name: runtime, value: roundSignificant(median(prebuilt)), ours: true });
      bars.push({ name: `${runtime}, bundling at the start`, value: roundSignificant(median(bundling)), ours: false });
    }
    report({
      title: `From the start of the process to its ready line, in seconds: median of ${RUNS} (fastest to slowest)`,
      columns: ["runtime", "prebuilt bundle", "bundling at the start"],
      rows,
    });
    await writeBars("start", {
      title: "From the start of a worker's process to its ready line",
      label: "seconds, median",
      bars,
      limit: 1,
    });
    report(bundleTable(await readFile(bundle ?? "", "utf8")));
  } finally {
    await rig.close();
  }
}

async function measure(runtime: RuntimeName, env: Record<string, string>): Promise<number[]> {
  const seconds = [];
  for (let count = -1; count < RUNS; count += 1) {
    const worker = await startRuntime(runtime, { script: WORKER, env });
    await worker.stop();
    if (count >= 0) seconds.push(worker.seconds);
  }
  return seconds;
}

function spread(seconds: number[]): string {
  const [fastest, slowest] = [Math.min(...seconds), Math.max(...seconds)].map((each) => each.toFixed(2));
  return `${median(seconds).toFixed(2)} (${fastest} to ${slowest})`;
}

function bundleTable(bundle: string) {
  const { code, map, parts } = bundleParts(bundle);
  const rows = [...parts, { from: "all code", kib: code }, { from: "its source map, not run", kib: map }];
  return {
    title: "The workflow bundle",
    columns: ["from", "KiB"],
    rows: rows.map(({ from, kib }) => [from, roundSignificant(kib)]),
  };
}
