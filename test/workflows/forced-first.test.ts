/** A forced stop among many that wait for their turn under Agora's rate limit. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { testHarness } from "../support/harness.ts";
import { startFinalizing, tolerateClosed } from "../support/situations.ts";

const harness = testHarness({ requestsPerSecond: 1 });

/** At one stop a second, all of them take longer than a forced stop may. */
const WAITING = 40;

test("a forced stop is sent before those that wait, and keeps its place", async () => {
  const env = await harness();
  const started = await Promise.all(
    Array.from({ length: WAITING }, async () => startFinalizing(env, { scenario: { namesFiles: true } })),
  );
  await env.emulator.whenCalled("stop");
  const { calls } = env.emulator;
  const sent = new Set(calls.filter(({ endpoint }) => endpoint === "stop").map(({ sid }) => sid));
  const waiting = started.filter(({ recorded }) => !sent.has(recorded.sid));
  const { recorded, recording } = waiting.at(-1) ?? assert.fail("none waits");
  await recording.forceStop();
  const stop = await recording.stopped();
  assert.equal(stop.status, "accepted");
  const order = calls.filter(({ endpoint }) => endpoint === "stop").map(({ sid }) => sid);
  assert.ok(order.indexOf(recorded.sid) < WAITING / 2, `it was number ${order.indexOf(recorded.sid)}`);
  for (const { recording: other } of started) await tolerateClosed(other.cancel());
});
