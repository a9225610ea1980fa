/**
 * One test file on one runtime, in a process of its own: Temporal's native runtime is one per process, and so a file can
 * neither wait for another nor break it. What counts is what the runtime says at the end and its exit code; a process
 * that dies, hangs or holds no test at all has failed, whatever it printed.
 */
import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { RUNTIME_PATHS, type RuntimeName } from "../runtimes.ts";
import { FILE_LIMIT_MS, OVERDUE } from "./limits.ts";
import { readReport, type Report } from "./output.ts";

export type TestRun = Report & { file: string; runtime: RuntimeName; seconds: number; output: string };

type RunOptions = { runtime: RuntimeName; env: Record<string, string>; signal: AbortSignal };

/** The process ends itself at the file's limit; this is for one that cannot. */
const KILL_AFTER_MS = FILE_LIMIT_MS + 30_000;

const WATCH = fileURLToPath(new URL("./watch.ts", import.meta.url));
const DENO_STRICT = fileURLToPath(new URL("./deno-strict.ts", import.meta.url));

const ARGUMENTS: Record<RuntimeName, string[]> = {
  // Without `--test`, which starts another process for the file.
  node: ["--test-reporter=spec", `--import=${WATCH}`],
  // Its own limit is 5 s for each test.
  bun: ["test", `--timeout=${KILL_AFTER_MS}`, `--preload=${WATCH}`],
  deno: [
    "test",
    "--allow-all",
    "--no-check",
    "--node-modules-dir=manual",
    `--preload=${DENO_STRICT}`,
    `--preload=${WATCH}`,
  ],
};

/** Runs a file to its end, to its time limit, or to `signal`. `file` is relative to the current folder. */
export async function runTestFile(file: string, { runtime, env, signal }: RunOptions): Promise<TestRun> {
  const path = RUNTIME_PATHS[runtime];
  const start = performance.now();
  const { code, output } = await runProcess({ path, args: [...ARGUMENTS[runtime], `./${file}`], env, signal });
  const seconds = (performance.now() - start) / 1000;
  const report = readReport(runtime, output);
  const isBroken = report.failed === 0 && (code !== 0 || report.passed + report.skipped === 0);
  return { file, runtime, seconds, output, ...report, ...(isBroken && { failed: 1 }) };
}

type ProcessOptions = { path: string; args: string[]; env: Record<string, string>; signal: AbortSignal };

/** Has a process group of its own, so that what a file has started itself ends with it. */
function runProcess({ path, args, env, signal }: ProcessOptions): Promise<{ code: number | null; output: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; output: string }>();
  const child = spawn(path, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }

  const limit = AbortSignal.timeout(KILL_AFTER_MS);
  const over = AbortSignal.any([signal, limit]);
  const end = () => {
    if (limit.aborted) output += `\n${OVERDUE} ${KILL_AFTER_MS / 1000} s: a process that no longer answers\n`;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    // What outlives the group may hold its output open.
    child.stdout.destroy();
    child.stderr.destroy();
  };
  over.addEventListener("abort", end);
  child.once("error", reject);
  child.once("close", (code) => {
    over.removeEventListener("abort", end);
    resolve({ code, output });
  });
  return promise;
}
