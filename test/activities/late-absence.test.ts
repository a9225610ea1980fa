// Runs on Node alone: it is arithmetic
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { lateAbsenceDelayMs } from "../../src/activities/late-absence.ts";
import { problem } from "../../src/checks/checks.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const SCHEDULE = { initialIntervalMs: 30_000, backoffCoefficient: 1, maximumIntervalMs: MINUTE };
const FACTS = { subject: "a.mp4", expected: "an MP4", observed: "less" };

/** After this much time, with a newest object of this age. */
function delay({ elapsedMs = 0, ageMs = 0, checks = [problem("mp4-duration", FACTS)] }) {
  const input = {
    timeoutsMs: { stop: 0, upload: 10 * MINUTE, backup: 0, verify: 60 * MINUTE },
    poll: { upload: SCHEDULE, backup: SCHEDULE, quietMs: 0 },
  };
  const inventory = { newest: new Date(START - ageMs).toISOString(), storeTime: new Date(START).toISOString() };
  const info = {
    scheduledTimestampMs: START,
    currentAttemptScheduledTimestampMs: START + elapsedMs,
    scheduleToCloseTimeoutMs: 60 * MINUTE,
  };
  return lateAbsenceDelayMs({ problems: checks, inventory, input }, { info, clock: () => START + elapsedMs });
}

describe("lateAbsenceDelayMs()", () => {
  test("waits for an MP4 whose upload may still be under way", () => {
    assert.equal(delay({}), 30_000);
    assert.equal(delay({ ageMs: 10 * MINUTE - 5000 }), 5000);
    assert.equal(delay({ checks: [problem("mp4-unfinished", FACTS)] }), 30_000);
  });

  test("waits no longer than for an upload, and leaves half of the time", () => {
    assert.equal(delay({ ageMs: 10 * MINUTE }), undefined);
    assert.equal(delay({ elapsedMs: 30 * MINUTE }), undefined);
  });

  test("does not wait for what is damaged", () => {
    assert.equal(delay({ checks: [problem("mp4-truncated", FACTS)] }), undefined);
    assert.equal(delay({ checks: [] }), undefined);
  });
});
