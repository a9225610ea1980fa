/** What is printed: a line for each run, and at the end the sums, what was skipped and why, and what failed. */
import { performance } from "node:perf_hooks";

import type { RuntimeName } from "../runtimes.ts";
import type { Skip } from "./output.ts";
import type { Plan } from "./plan.ts";
import type { TestRun } from "./test-run.ts";

/** Prints a run that has ended, the whole report where it failed, as the `nth` of all. */
export function printRun(run: TestRun, { nth, total }: { nth: number; total: number }): void {
  if (run.failed > 0) console.log(`\n${run.output.trim()}\n`);
  const place = `[${String(nth).padStart(String(total).length)}/${total}, ${formatElapsed()}]`;
  console.log(
    `${place} ${run.failed > 0 ? "FAILED" : "ok    "} ${run.runtime.padEnd(4)} ${run.file}: ${formatCounts([run])}`,
  );
}

/** Prints the end. Its last line is `N passed, N failed`. */
export function printSummary(runs: TestRun[], { nodeAlone }: Plan, runtimes: RuntimeName[]): void {
  const skipped = [...nodeAlone].map(([file, reason]) => `  ${file}, on Bun and Deno: ${reason}`);
  printList("Skipped:", [...skipped, ...runs.flatMap((run) => skippedLines(run, runs))]);
  printList("Failed:", runs.filter(({ failed }) => failed > 0).flatMap(failedLines));
  console.log();
  for (const runtime of runtimes) {
    const own = runs.filter((run) => run.runtime === runtime);
    console.log(`${runtime.padEnd(4)} ${own.length} files: ${formatCounts(own)}`);
  }
  console.log(`${sum(runs, "passed")} passed, ${sum(runs, "failed")} failed`);
}

function printList(title: string, lines: string[]): void {
  if (lines.length > 0) console.log(["", title, ...lines].join("\n"));
}

/** One line for each reason. */
function skippedLines({ file, runtime, skips }: TestRun, runs: TestRun[]): string[] {
  const byReason = Map.groupBy(skips, (skip) => findReason(skip, file, runs));
  return [...byReason].map(([reason, { length }]) => {
    const tests = length === 1 ? "1 test" : `${length} tests`;
    return `  ${runtime} ${file}, ${tests}: ${reason}`;
  });
}

/** Node alone prints reasons; on another runtime the same test has the same. */
function findReason({ test, reason }: Skip, file: string, runs: TestRun[]): string {
  const skips = runs.filter((run) => run.file === file).flatMap((run) => run.skips);
  const onNode = skips.find((skip) => skip.reason !== undefined && test.endsWith(skip.test));
  return reason ?? onNode?.reason ?? test;
}

function failedLines({ file, runtime, failures }: TestRun): string[] {
  const tests = failures.length > 0 ? failures : ["the file itself, see its report"];
  return tests.map((test) => `  ${runtime} ${file}: ${test}`);
}

function formatCounts(runs: TestRun[]): string {
  const skipped = sum(runs, "skipped");
  const skips = skipped === 0 ? "" : `, ${skipped} skipped`;
  return `${sum(runs, "passed")} passed, ${sum(runs, "failed")} failed${skips} in ${sum(runs, "seconds").toFixed(1)} s`;
}

function sum(runs: TestRun[], what: "passed" | "failed" | "skipped" | "seconds"): number {
  return runs.reduce((total, run) => total + run[what], 0);
}

/** Since the start of this process: `3:07`. */
function formatElapsed(): string {
  const seconds = Math.round(performance.now() / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
