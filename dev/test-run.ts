/**
 * One test file on one runtime, in a process of its own: Temporal's native runtime is one per process, and so a file can
 * neither wait for another nor break it. What counts is what the runtime says at the end and its exit code; a process
 * that dies, hangs or holds no test at all has failed, whatever it printed.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { performance } from "node:perf_hooks";
import process from "node:process";

import { RUNTIME_PATHS, type RuntimeName } from "./runtimes.ts";

export type TestRun = {
  file: string;
  runtime: RuntimeName;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  output: string;
};

type RunOptions = { runtime: RuntimeName; env: Record<string, string>; signal: AbortSignal };

const TIME_LIMIT_MS = 5 * 60_000;
const COUNTED = ["passed", "failed", "skipped"] as const;

/** How each runtime runs a file, and how the last lines of its report begin or end. */
const HOW: Record<RuntimeName, { args: string[]; counts: Record<(typeof COUNTED)[number], RegExp> }> = {
  node: {
    args: ["--test", "--test-reporter=spec"],
    counts: {
      passed: /^ℹ pass (\d+)$/gm,
      failed: /^ℹ (?:fail|cancelled) (\d+)$/gm,
      skipped: /^ℹ (?:skipped|todo) (\d+)$/gm,
    },
  },
  bun: {
    // Its own limit is 5 s for each test.
    args: ["test", `--timeout=${TIME_LIMIT_MS}`],
    counts: {
      passed: /^ +(\d+) pass$/gm,
      failed: /^ +(\d+) (?:fail|errors?)$/gm,
      skipped: /^ +(\d+) (?:skip|todo)$/gm,
    },
  },
  deno: {
    args: [
      "test",
      "--allow-all",
      "--no-check",
      "--node-modules-dir=manual",
      `--preload=${fileURLToPath(new URL("./deno-strict.ts", import.meta.url))}`,
    ],
    counts: {
      passed: /^(?:ok|FAILED) \| (\d+) passed/gm,
      failed: /^(?:ok|FAILED) \|.* (\d+) failed/gm,
      skipped: /^(?:ok|FAILED) \|.* (\d+) ignored/gm,
    },
  },
};

/** Runs a file to its end, to its time limit, or to `signal`. `file` is relative to the current folder. */
export async function runTestFile(file: string, { runtime, env, signal }: RunOptions): Promise<TestRun> {
  const path = RUNTIME_PATHS[runtime];
  const start = performance.now();
  const { code, output } = await runProcess({ path, args: [...HOW[runtime].args, `./${file}`], env, signal });
  const { passed, failed, skipped } = count(runtime, output);
  const isBroken = failed === 0 && (code !== 0 || passed + skipped === 0);
  const seconds = (performance.now() - start) / 1000;
  return { file, runtime, passed, failed: isBroken ? 1 : failed, skipped, seconds, output };
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

  const limit = AbortSignal.timeout(TIME_LIMIT_MS);
  const over = AbortSignal.any([signal, limit]);
  const end = () => {
    if (limit.aborted) output += `\nEnded after ${TIME_LIMIT_MS / 1000} s\n`;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    // What outlives the group may hold its output open: nobody waits for that.
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

function count(runtime: RuntimeName, output: string) {
  const [passed, failed, skipped] = COUNTED.map((what) => {
    const numbers = [...output.matchAll(HOW[runtime].counts[what])].map(([, number]) => Number(number));
    return numbers.reduce((sum, number) => sum + number, 0);
  });
  return { passed: passed ?? 0, failed: failed ?? 0, skipped: skipped ?? 0 };
}
