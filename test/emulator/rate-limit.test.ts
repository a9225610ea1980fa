import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";

import { fetch } from "undici";

import { createRateLimit } from "../../src/emulator/http/rate-limit.ts";
import { AUTHORIZATION, emulate, pathOf, query, send, stop, stopBody } from "./caller.ts";

const REFUSED = { status: 429, body: { message: "API rate limit exceeded" } };

/** Which of the requests at these times pass, of 3 a second. */
function passed(window: "fixed" | "sliding", times: number[]): number[] {
  const admit = createRateLimit({ perSecond: 3, window });
  return times.filter((at) => admit(at));
}

describe("the rate limit, rest-api/stop: requests a second, counted by the account", () => {
  test("a fixed window begins anew with every second of the clock", () => {
    assert.deepEqual(
      passed("fixed", [5700, 5800, 5900, 5999, 6000, 6001, 6002, 6003, 6999, 7000]),
      [5700, 5800, 5900, 6000, 6001, 6002, 7000],
    );
  });

  test("a sliding window lets no second hold more, wherever it begins", () => {
    assert.deepEqual(
      passed("sliding", [5700, 5800, 5900, 5999, 6000, 6699, 6700, 6701, 6800, 6900, 6999]),
      [5700, 5800, 5900, 6700, 6800, 6900],
    );
  });

  test("refused requests do not count: who goes on asking is not locked out", () => {
    const everyTenMs = Array.from({ length: 300 }, (_, index) => index * 10);
    for (const window of ["fixed", "sliding"] as const) assert.equal(passed(window, everyTenMs).length, 9);
  });

  test("a clock that is set back does not refuse requests for long", () => {
    for (const window of ["fixed", "sliding"] as const)
      assert.deepEqual(passed(window, [9000, 9001, 9002, 40]).at(-1), 40);
  });
});

describe("a request above the limit, rest-api/status-codes: 429 carries a message and no code", () => {
  // Hooks, because Deno runs a test's own `t.after` only when the whole suite has ended.
  beforeEach(() => mock.timers.enable({ apis: ["Date"], now: 1_000_000 }));
  afterEach(() => mock.timers.reset());

  const one = { perSecond: 3, window: "sliding" } as const; // acquire, start and one more

  test("has no effect and takes no scripted answer with it", async (t) => {
    const emulator = await emulate(t, { rateLimit: one });
    const recorded = await emulator.record({ scenario: "answer-lost" });
    assert.equal((await query(emulator, recorded)).status, 200);
    assert.deepEqual(await stop(emulator, recorded), REFUSED);
    assert.equal(emulator.calls.at(-1)?.status, 429);
    mock.timers.tick(1000);
    assert.equal((await query(emulator, recorded)).status, 200);
    await assert.rejects(stop(emulator, recorded), TypeError);
  });

  test("without credentials is refused as such and uses nothing up", async (t) => {
    const emulator = await emulate(t, { rateLimit: one });
    const recorded = await emulator.record();
    const path = pathOf(recorded, "stop");
    for (const authorization of ["", AUTHORIZATION.toLowerCase()]) {
      assert.equal((await send(emulator, { path, body: stopBody(recorded, true), authorization })).status, 401);
    }
    assert.equal((await stop(emulator, recorded)).status, 200);
  });

  for (const retryAfter of [false, true]) {
    test(`${retryAfter ? "says" : "does not say"} how long to wait, as asked`, async (t) => {
      const emulator = await emulate(t, { rateLimit: { perSecond: 0, window: "fixed", retryAfter } });
      const response = await fetch(`${emulator.url}/v1/apps/app/cloud_recording/acquire`, {
        method: "POST",
        headers: { authorization: AUTHORIZATION },
        body: "{}",
      });
      assert.equal(response.status, 429);
      assert.equal(response.headers.get("retry-after"), retryAfter ? "1" : null);
      await response.text();
    });
  }

  test("is refused by the limit set last, which counts anew", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record();
    emulator.setRateLimit({ perSecond: 1, window: "sliding" });
    assert.deepEqual(
      [await query(emulator, recorded), await query(emulator, recorded)].map(({ status }) => status),
      [200, 429],
    );
    emulator.setRateLimit(undefined);
    assert.equal((await query(emulator, recorded)).status, 200);
  });

  test("is not refused by default", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record();
    const answers = await Promise.all(Array.from({ length: 30 }, () => query(emulator, recorded)));
    assert.ok(answers.every(({ status }) => status === 200));
  });
});
