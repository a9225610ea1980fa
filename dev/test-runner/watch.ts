/**
 * Loaded before each test file, on every runtime: ends the process when a test, or the whole file, takes too long, and says
 * which test that was and what it waited for. Deno has no such limit of its own; Node's and Bun's say no more than a name.
 */
import process from "node:process";
import { afterEach, beforeEach } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { reportPending } from "../../test/support/pending.ts";
import { FILE_LIMIT_MS, OVERDUE, TEST_LIMIT_MS } from "./limits.ts";

/** For Temporal to answer. */
const REPORT_LIMIT_MS = 5000;

/** The limits of the tests that run now, by name. */
const running = new Map<string, NodeJS.Timeout>();
let last = "no test yet";

beforeEach((test) => {
  last = getName(test);
  running.set(last, setTimeout(endProcess, TEST_LIMIT_MS, TEST_LIMIT_MS, last));
});
afterEach((test) => {
  clearTimeout(running.get(getName(test)));
  running.delete(getName(test));
});
setTimeout(() => {
  const tests = running.size > 0 ? [...running.keys()].join(", ") : `all of the file, after ${last}`;
  void endProcess(FILE_LIMIT_MS, tests);
}, FILE_LIMIT_MS).unref();

async function endProcess(limitMs: number, tests: string): Promise<void> {
  const late = delay(REPORT_LIMIT_MS, "Temporal does not answer");
  console.error(`\n${await Promise.race([reportPending(), late])}`);
  console.error(`${OVERDUE} ${limitMs / 1000} s: ${tests}`);
  process.exit(1);
}

function getName(test: { name: string; fullName?: string }): string {
  return test.fullName ?? test.name;
}
