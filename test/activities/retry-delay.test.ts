import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { delayBeforeDeadline, intervalAt } from "../../src/activities/retry-delay.ts";

describe("intervalAfter()", () => {
  test("is the interval that a geometric schedule has reached by then, whatever was polled before", () => {
    const schedule = fc.record({
      initialIntervalMs: fc.integer({ min: 1, max: 60_000 }),
      backoffCoefficient: fc.double({ min: 1, max: 5, noNaN: true }),
      maximumIntervalMs: fc.constant(Number.MAX_SAFE_INTEGER),
    });
    fc.assert(
      fc.property(schedule, fc.integer({ min: 0, max: 12 }), (each, steps) => {
        let [elapsedMs, intervalMs] = [0, each.initialIntervalMs];
        for (let step = 0; step < steps; step++) {
          elapsedMs += intervalMs;
          intervalMs *= each.backoffCoefficient;
        }
        const error = Math.abs(intervalAt(elapsedMs, each) - intervalMs);
        assert.ok(error <= intervalMs * 1e-9, `${error}`);
      }),
    );
  });

  test("stops growing at the maximum, and starts at the beginning when the clock was set back", () => {
    const schedule = { initialIntervalMs: 2000, backoffCoefficient: 1.5, maximumIntervalMs: 30_000 };
    assert.equal(intervalAt(3_600_000, schedule), 30_000);
    assert.equal(intervalAt(-5000, schedule), 2000);
  });
});

describe("beforeDeadline()", () => {
  const LIMIT_MS = 600_000;

  /** The delay `elapsedMs` into an activity of ten minutes, where this machine's clock is off by so much. */
  function delay(delayMs: number, { elapsedMs, offByMs = 0 }: { elapsedMs: number; offByMs?: number }): number {
    const nowMs = Date.now() - offByMs;
    const info = { scheduledTimestampMs: nowMs - elapsedMs, scheduleToCloseTimeoutMs: LIMIT_MS };
    return delayBeforeDeadline(delayMs, { info, clock: () => nowMs });
  }

  test("leaves a delay alone that ends early enough", () => {
    assert.equal(delay(30_000, { elapsedMs: 0 }), 30_000);
  });

  test("shortens one that would not, so that a last attempt comes some seconds before", () => {
    const delayMs = delay(3_600_000, { elapsedMs: 0 });
    assert.ok(delayMs > 590_000 && delayMs <= 595_000, `${delayMs}`);
  });

  test("goes beyond the deadline after the last attempt, so that Temporal ends the activity with its failure", () => {
    assert.ok(delay(1000, { elapsedMs: 597_000 }) > 3000);
  });

  for (const offByMs of [-3_600_000, 3_600_000]) {
    test(`a clock that is off by ${offByMs} ms neither ends a wait early nor leaves out its last attempt`, () => {
      const attemptsMs = [];
      for (let elapsedMs = 0; elapsedMs < LIMIT_MS; elapsedMs += delay(60_000, { elapsedMs, offByMs })) {
        attemptsMs.push(elapsedMs);
      }
      const last = attemptsMs.at(-1) ?? 0;
      assert.ok(last >= LIMIT_MS - 5001 && last < LIMIT_MS, `${last}`);
      assert.ok(attemptsMs.length <= 20, `${attemptsMs.length} attempts`);
    });
  }
});
