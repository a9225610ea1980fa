/**
 * How long a worker takes from the start of its process to its ready line, on each runtime: with the bundle that the
 * package carries, and when it bundles its workflows at the start. The bar: within a second with the bundle.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { startTemporalServer } from "../dev/temporal-server.ts";
import { bundleWorkflows } from "../src/worker/workflow-bundle.ts";
import { machine } from "./machine.ts";

const RUNS = 5;
const WORKER = fileURLToPath(new URL("../src/worker.ts", import.meta.url));
const RUNTIMES = [
  { path: process.execPath, args: [] },
  { path: installed("bun"), args: [] },
  { path: installed("deno"), args: ["run", "--allow-all", "--node-modules-dir=manual"] },
];

/** Prints the medians. Each kind of start is done once before, unmeasured: what the runtimes cache between starts is warm. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-bench-"));
  const temporal = await startTemporalServer();
  try {
    const bundle = join(folder, "workflow-bundle.cjs");
    await writeFile(bundle, (await bundleWorkflows()).code);
    // A store is configured, and never asked anything by a worker that only starts.
    const env = {
      TEMPORAL_ADDRESS: temporal.address,
      TAILSLATE_STORE_VENDOR: "11",
      TAILSLATE_STORE_REGION: "us-east-1",
      TAILSLATE_STORE_ENDPOINT: "http://127.0.0.1:1",
      TAILSLATE_STORE_BUCKET: "recordings",
      TAILSLATE_STORE_ACCESS_KEY: "none",
      TAILSLATE_STORE_SECRET_KEY: "none",
      AGORA_CUSTOMER_ID: "none",
      AGORA_CUSTOMER_SECRET: "none",
    };
    console.log(`${machine()}\nprocess start to ready line, median of ${RUNS} (fastest to slowest), seconds\n`);
    console.log("| runtime | prebuilt bundle | bundling at the start |\n|---|--:|--:|");
    for (const runtime of RUNTIMES) {
      const prebuilt = await measure(runtime, { ...env, TAILSLATE_WORKFLOW_BUNDLE: bundle });
      const bundling = await measure(runtime, env);
      console.log(`| ${prebuilt.runtime} | ${prebuilt.seconds} | ${bundling.seconds} |`);
    }
  } finally {
    await temporal.stop();
    await rm(folder, { recursive: true });
  }
}

type Runtime = (typeof RUNTIMES)[number];

async function measure(runtime: Runtime, env: Record<string, string>) {
  await startOnce(runtime, env);
  const starts = [];
  for (let count = 0; count < RUNS; count++) starts.push(await startOnce(runtime, env));
  const seconds = starts.map((start) => start.seconds).toSorted((a, b) => a - b);
  const [fastest, median, slowest] = [0, Math.floor(RUNS / 2), RUNS - 1].map((index) => seconds[index]?.toFixed(2));
  return { runtime: starts[0]?.runtime, seconds: `${median} (${fastest} to ${slowest})` };
}

/** Starts a worker, waits for its line, and lets it drain. */
async function startOnce({ path, args }: Runtime, env: Record<string, string>) {
  const start = performance.now();
  const child = spawn(path, [...args, WORKER], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const { promise: line, resolve, reject } = Promise.withResolvers<string>();
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  void ended.then(() => reject(new Error(`Cannot measure ${path}: the worker ended before it was ready`)));
  child.stdout.setEncoding("utf8").on("data", resolve);
  const [, runtime] = /worker ready: ([^,]+),/.exec(await line) ?? [];
  const seconds = (performance.now() - start) / 1000;
  child.kill();
  await ended;
  return { runtime, seconds };
}

function installed(name: string): string {
  return fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
}
