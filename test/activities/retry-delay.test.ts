import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { beforeDeadline, intervalAfter } from "../../src/activities/retry-delay.ts";

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
        const error = Math.abs(intervalAfter(elapsedMs, each) - intervalMs);
        assert.ok(error <= intervalMs * 1e-9, `${error}`);
      }),
    );
  });

  test("stops growing at the maximum, and starts at the beginning when the clock was set back", () => {
    const schedule = { initialIntervalMs: 2000, backoffCoefficient: 1.5, maximumIntervalMs: 30_000 };
    assert.equal(intervalAfter(3_600_000, schedule), 30_000);
    assert.equal(intervalAfter(-5000, schedule), 2000);
  });
});

describe("beforeDeadline()", () => {
  const begunMs = Date.now();
  const info = {
    scheduledTimestampMs: begunMs,
    currentAttemptScheduledTimestampMs: begunMs,
    scheduleToCloseTimeoutMs: 600_000,
  };

  test("leaves a delay alone that ends early enough", () => {
    assert.equal(beforeDeadline(30_000, info), 30_000);
  });

  test("shortens one that would not, so that a last attempt comes some seconds before", () => {
    const delayMs = beforeDeadline(3_600_000, info);
    assert.ok(delayMs > 590_000 && delayMs <= 595_000, `${delayMs}`);
  });

  test("goes beyond the deadline after the last attempt, so that Temporal ends the activity with its failure", () => {
    const late = { ...info, scheduledTimestampMs: Date.now() - 597_000 };
    assert.ok(beforeDeadline(1000, late) > 3000);
  });

  test("goes by Temporal's clock where this machine's is behind it", () => {
    const ahead = { scheduledTimestampMs: begunMs + 300_000, currentAttemptScheduledTimestampMs: begunMs + 800_000 };
    assert.equal(beforeDeadline(300_000, { ...info, ...ahead }), 95_000);
  });
});
