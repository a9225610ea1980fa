import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, mock, test } from "node:test";

import { createRateLimiter, type RateLimiter, type PermitRequest } from "../../../src/agora/rate-limit/rate-limiter.ts";

/** Limits whose timetable has a place every 100 ms: for one process alone, and for several. */
const LIMIT = { requestsPerSecond: 1000 / 97 };
const SHARED_LIMIT = { requestsPerSecond: 1000 / 94 };

function stopTheClock(now = 0): void {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now });
  const mocked = Date.now;
  mock.method(performance, "now", () => mocked() - now);
}

function startTheClock(): void {
  mock.timers.reset();
  mock.restoreAll();
}

/** A limiter of ten permits a second, a clock that only `pass` moves, and the order in which requests were settled. */
function startLimiter() {
  const limiter = createRateLimiter(LIMIT);
  const settled: string[] = [];
  const signal = new AbortController().signal;

  function ask(name: string, permit: Omit<PermitRequest, "signal"> & { signal?: AbortSignal }): void {
    limiter.requestPermit({ signal, ...permit }).then(
      (granted) => settled.push(granted ? name : `${name} refused`),
      (error: unknown) => settled.push(`${name} left: ${String(error)}`),
    );
  }
  return { limiter, settled, ask, pass };
}

/** Moves the clock in steps of 10 ms, and lets promises follow after each. */
async function pass(ms: number): Promise<void> {
  await settlePromises();
  for (let at = 0; at < ms; at += 10) {
    mock.timers.tick(10);
    await settlePromises();
  }
}

async function settlePromises(): Promise<void> {
  for (let step = 0; step < 10; step++) await Promise.resolve();
}

/** How many stops get a permit in `ms`. */
async function countPermits(ms: number, { limiter }: { limiter: RateLimiter }): Promise<number> {
  const caller = new AbortController();
  let permits = 0;
  for (let index = 0; index < 100; index++) {
    limiter.requestPermit({ priority: "stop", signal: caller.signal }).then(
      () => permits++,
      () => {},
    );
  }
  await pass(ms);
  caller.abort();
  await settlePromises();
  return permits;
}

/** When these limiters give permits in the two seconds from now, in ms. */
async function permitTimes(limiters: RateLimiter[]): Promise<number[]> {
  const begin = Date.now();
  const caller = new AbortController();
  const times: number[] = [];
  for (const limiter of limiters) {
    for (let index = 0; index < 20; index++) {
      limiter.requestPermit({ priority: "stop", signal: caller.signal }).then(
        () => times.push(Date.now() - begin),
        () => {},
      );
    }
  }
  await pass(1990);
  caller.abort();
  await settlePromises();
  return times;
}

describe("createRateLimiter()", () => {
  // Hooks, because Deno runs a test's own `t.after` only when the whole suite has ended.
  beforeEach(() => stopTheClock());
  afterEach(() => startTheClock());

  test("spaces permits evenly: the first at once, no burst after a rest", async () => {
    const { settled, ask } = startLimiter();
    for (const name of ["a", "b", "c"]) ask(name, { priority: "stop" });
    await pass(0);
    assert.deepEqual(settled, ["a"]);
    await pass(90);
    assert.deepEqual(settled, ["a"]);
    await pass(10);
    assert.deepEqual(settled, ["a", "b"]);
    await pass(100);
    assert.deepEqual(settled, ["a", "b", "c"]);

    await pass(5000);
    for (const name of ["d", "e"]) ask(name, { priority: "stop" });
    await pass(90);
    assert.deepEqual(settled, ["a", "b", "c", "d"]);
  });

  test("a stop goes before a query that waits longer", async () => {
    const { settled, ask } = startLimiter();
    ask("first", { priority: "stop" });
    ask("query", { priority: "query" });
    ask("stop", { priority: "stop" });
    await pass(200);
    assert.deepEqual(settled, ["first", "stop", "query"]);
  });

  test("a forced stop goes before the stops that wait longer", async () => {
    const { settled, ask, limiter } = startLimiter();
    for (const name of ["first", "second", "third"]) ask(name, { priority: "stop" });
    ask("forced", { priority: "forced-stop" });
    await pass(0);
    assert.equal(limiter.stopsWaiting(), 3);
    await pass(300);
    assert.deepEqual(settled, ["first", "forced", "second", "third"]);
  });

  test("a query is refused at once while a stop waits", async () => {
    const { settled, ask } = startLimiter();
    ask("first", { priority: "stop" });
    ask("second", { priority: "stop" });
    ask("query", { priority: "query" });
    await pass(0);
    assert.deepEqual(settled.toSorted(), ["first", "query refused"]);
  });

  test("a query without a permit is refused when its patience ends", async () => {
    const { limiter, settled, ask } = startLimiter();
    limiter.onThrottled(5000);
    ask("short", { priority: "query", patienceMs: 300 });
    ask("usual", { priority: "query" });
    await pass(300);
    assert.deepEqual(settled, ["short refused"]);
    await pass(700);
    assert.deepEqual(settled, ["short refused", "usual refused"]);
  });

  test("a request that leaves the queue gives its slot to the next", async () => {
    const { settled, ask } = startLimiter();
    const caller = new AbortController();
    ask("first", { priority: "stop" });
    ask("second", { priority: "stop", signal: caller.signal });
    ask("third", { priority: "stop" });
    await pass(0);
    caller.abort("closing");
    await pass(100);
    assert.deepEqual(settled, ["first", "second left: closing", "third"]);
  });

  test("a request that was aborted before takes no permit", async () => {
    const { settled, ask } = startLimiter();
    ask("late", { priority: "stop", signal: AbortSignal.abort("closing") });
    ask("next", { priority: "stop" });
    await pass(0);
    assert.deepEqual(settled.toSorted(), ["late left: closing", "next"]);
  });

  test("Retry-After pauses every request, then permits are spaced again", async () => {
    const { limiter, settled, ask } = startLimiter();
    ask("first", { priority: "stop" });
    limiter.onThrottled(2000);
    ask("second", { priority: "stop" });
    await pass(1990);
    assert.deepEqual(settled, ["first"]);
    await pass(10);
    assert.deepEqual(settled, ["first", "second"]);
  });

  test("stays below the limit by as much as network latencies differ", async () => {
    const limiter = createRateLimiter({ requestsPerSecond: 10 });
    const permits = await countPermits(10_000, { limiter });
    assert.ok(permits >= 95 && permits <= 98, `${permits} permits`);
  });

  test("a stop without a permit is refused after 45 s, before its activity could time out", async () => {
    const { limiter, settled, ask } = startLimiter();
    limiter.onThrottled(60_000);
    ask("stop", { priority: "stop" });
    await pass(44_990);
    assert.deepEqual(settled, []);
    await pass(10);
    assert.deepEqual(settled, ["stop refused"]);
  });

  test("a 429 among many permits costs little, the next one much", async () => {
    const world = startLimiter();
    assert.equal(await countPermits(1990, world), 20);
    world.limiter.onThrottled();
    assert.equal(world.limiter.usedShare().toFixed(2), "0.90"); // two in twenty
    await pass(500);
    world.limiter.onThrottled();
    assert.equal(world.limiter.usedShare().toFixed(2), "0.68"); // a quarter at most
  });

  test("429s of the same half second count as one", async () => {
    const { limiter } = startLimiter();
    for (let refusal = 0; refusal < 4; refusal++) limiter.onThrottled();
    assert.equal(limiter.usedShare(), 0.75);
  });

  test("keeps a share of a twentieth, however many 429s come", async () => {
    const { limiter } = startLimiter();
    for (let refusal = 0; refusal < 20; refusal++) {
      limiter.onThrottled();
      await pass(500);
    }
    limiter.onThrottled();
    assert.equal(limiter.usedShare(), 1 / 20);
    assert.equal(limiter.periodMs().toFixed(), "2000");
  });

  test("stretches its slots: rarer ones are spaced as evenly as frequent ones", async () => {
    const { limiter } = startLimiter();
    limiter.onThrottled();
    const times = await permitTimes([limiter]);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 130 && gap <= 140),
      times.join(" "),
    );
  });

  test("regains its share with time, and no more than that", async () => {
    const { limiter } = startLimiter();
    limiter.onThrottled();
    await pass(20_000);
    assert.equal(limiter.usedShare().toFixed(2), "0.83");
    await pass(43_000);
    assert.equal(limiter.usedShare(), 1);
    assert.equal((await permitTimes([limiter])).length, 20);
  });

  test("counts the stops that wait, and notifies when one has left", async () => {
    const { limiter, ask } = startLimiter();
    const waiting: number[] = [];
    limiter.onPermit(() => waiting.push(limiter.stopsWaiting()));
    const caller = new AbortController();
    for (const name of ["a", "b", "c"]) ask(name, { priority: "stop" });
    ask("d", { priority: "stop", signal: caller.signal });
    assert.equal(limiter.stopsWaiting(), 3);
    await pass(100);
    caller.abort();
    await pass(100);
    assert.deepEqual(waiting, [3, 2, 1, 0]);
  });
});

describe("createRateLimiter(), sharing an account", () => {
  beforeEach(() => stopTheClock(1_000_000));
  afterEach(() => startTheClock());

  const everyPlace = Array.from({ length: 20 }, (_, index) => index * 100);

  test("four that know of each other use every slot once", async () => {
    const limiters = Array.from({ length: 4 }, (_, rank) => {
      const limiter = createRateLimiter(SHARED_LIMIT);
      limiter.setShare({ rank, workers: 4 });
      return limiter;
    });
    assert.deepEqual(await permitTimes(limiters), everyPlace);
  });

  test("begins at its own slot, not at once", async () => {
    const limiter = createRateLimiter(SHARED_LIMIT);
    limiter.setShare({ rank: 3, workers: 4 });
    assert.deepEqual(await permitTimes([limiter]), [300, 700, 1100, 1500, 1900]);
  });

  test("keeps its own time after a 429", async () => {
    const limiter = createRateLimiter(SHARED_LIMIT);
    limiter.setShare({ rank: 3, workers: 4 });
    assert.deepEqual(await permitTimes([limiter]), [300, 700, 1100, 1500, 1900]);
    limiter.onThrottled();
    assert.equal(limiter.usedShare(), 0.75);
    const times = await permitTimes([limiter]);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 520 && gap <= 540),
      times.join(" "),
    );
  });

  test("is back at its own slot once its share is whole", async () => {
    const limiter = createRateLimiter(SHARED_LIMIT);
    limiter.setShare({ rank: 3, workers: 4 });
    limiter.onThrottled();
    await permitTimes([limiter]);
    await pass(118_010);
    assert.deepEqual(await permitTimes([limiter]), [300, 700, 1100, 1500, 1900]);
  });

  test("has all slots once the others have gone", async () => {
    const limiter = createRateLimiter(LIMIT);
    limiter.setShare({ rank: 1, workers: 2 });
    assert.ok((await permitTimes([limiter])).length <= 10);
    limiter.setShare({ rank: 0, workers: 1 });
    await pass(200);
    assert.deepEqual(await permitTimes([limiter]), everyPlace);
  });

  test("a clock that is set back does not block the queue", async () => {
    const limiter = createRateLimiter(SHARED_LIMIT);
    limiter.setShare({ rank: 3, workers: 4 });
    assert.equal((await permitTimes([limiter])).length, 5);
    const { now } = Date;
    const setBack = mock.method(Date, "now", () => now() - 500_050);
    assert.equal((await permitTimes([limiter])).length, 5);
    setBack.mock.restore();
  });
});
