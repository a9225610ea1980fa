/** A short run of `npm run chaos`, always by the same plan: enough to see that the suite and what it watches over still work. */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";

import { makePlan, makeShortPlan } from "./plan.ts";
import { run } from "./run.ts";

const SIZE = { recordings: 10, workers: 2, forMs: 5000 };

test("recordings end as they must while workers and Temporal are killed, and store, Agora and clocks go wrong", async () => {
  const runtime = runtimeOf();
  const { recordings, violations } = await run(makeShortPlan({ ...SIZE, seed: 2 }), {
    runtime,
    workers: SIZE.workers,
    say: () => undefined,
  });
  assert.deepEqual(violations, []);
  assert.equal(recordings, SIZE.recordings);
});

test("a seed always makes the same plan, and another seed another", () => {
  const options = { recordings: 200, workers: 3, forMs: 60_000 };
  assert.deepEqual(makePlan({ ...options, seed: 7 }), makePlan({ ...options, seed: 7 }));
  assert.notDeepEqual(makePlan({ ...options, seed: 7 }), makePlan({ ...options, seed: 8 }));
});

function runtimeOf(): "node" | "bun" | "deno" {
  const { bun, deno } = process.versions;
  if (bun !== undefined) return "bun";
  return deno === undefined ? "node" : "deno";
}
