/** What a runtime's report of one test file says: counts, and the names of the tests that failed or were skipped. */
import { OVERDUE } from "./limits.ts";
import type { RuntimeName } from "../runtimes.ts";

export type Skip = { test: string; reason: string | undefined };
export type Report = { passed: number; failed: number; skipped: number; failures: string[]; skips: Skip[] };

type Format = Record<"passed" | "failed" | "skipped" | "failures" | "skips", RegExp>;

const FORMATS: Record<RuntimeName, Format> = {
  node: {
    passed: /^ℹ pass (\d+)$/gm,
    failed: /^ℹ (?:fail|cancelled) (\d+)$/gm,
    skipped: /^ℹ (?:skipped|todo) (\d+)$/gm,
    failures: /^test at .+\n✖ (.+) \([\d.]+ms\)$/gm,
    skips: /^ *﹣ (.+?) \([\d.]+ms\) # (.+)$/gm,
  },
  bun: {
    passed: /^ +(\d+) pass$/gm,
    failed: /^ +(\d+) (?:fail|errors?)$/gm,
    skipped: /^ +(\d+) (?:skip|todo)$/gm,
    failures: /^\(fail\) (.+?)(?: \[[\d.]+m?s\])?$/gm,
    skips: /^\(skip\) (.+?)(?: \[[\d.]+m?s\])?$/gm,
  },
  deno: {
    passed: /^(?:ok|FAILED) \| (\d+) passed/gm,
    failed: /^(?:ok|FAILED) \|.* (\d+) failed/gm,
    skipped: /^(?:ok|FAILED) \|.* (\d+) ignored/gm,
    failures: /^(.+) => .+\nerror: /gm,
    skips: /^ *(.+) \.\.\. ignored \(.+\)$/gm,
  },
};

const OVERDUE_TEST = new RegExp(`^(${OVERDUE} .+)$`, "gm");

/** Reads a report, which may have broken off. */
export function readReport(runtime: RuntimeName, output: string): Report {
  const format = FORMATS[runtime];
  const first = (pattern: RegExp) => [...output.matchAll(pattern)].map(([, found = ""]) => found);
  const sum = (pattern: RegExp) => first(pattern).reduce((total, number) => total + Number(number), 0);
  // Bun names the tests that failed or were skipped again at the end, where there are many.
  const skips = new Map([...output.matchAll(format.skips)].map(([, test = "", reason]) => [test, reason]));
  return {
    passed: sum(format.passed),
    failed: sum(format.failed),
    skipped: sum(format.skipped),
    failures: [...new Set([...first(format.failures), ...first(OVERDUE_TEST)])],
    skips: [...skips].map(([test, reason]) => ({ test, reason })),
  };
}
