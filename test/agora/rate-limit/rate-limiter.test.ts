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

/** A pacer of ten turns a second under a clock that only `pass` moves, and the order in which turns were settled. */
function paced() {
  const pacer = createRateLimiter(LIMIT);
  const settled: string[] = [];
  const signal = new AbortController().signal;

  function ask(name: string, turn: Omit<PermitRequest, "signal"> & { signal?: AbortSignal }): void {
    pacer.requestPermit({ signal, ...turn }).then(
      (granted) => settled.push(granted ? name : `${name} refused`),
      (error: unknown) => settled.push(`${name} left: ${String(error)}`),
    );
  }
  return { pacer, settled, ask, pass };
}

/** Moves the clock in steps of 10 ms, and lets promises follow after each. */
async function pass(ms: number): Promise<void> {
  await followed();
  for (let at = 0; at < ms; at += 10) {
    mock.timers.tick(10);
    await followed();
  }
}

async function followed(): Promise<void> {
  for (let step = 0; step < 10; step++) await Promise.resolve();
}

/** How many stops get a turn in `ms`. */
async function turnsWithin(ms: number, { pacer }: { pacer: RateLimiter }): Promise<number> {
  const caller = new AbortController();
  let turns = 0;
  for (let index = 0; index < 100; index++) {
    pacer.requestPermit({ priority: "stop", signal: caller.signal }).then(
      () => turns++,
      () => {},
    );
  }
  await pass(ms);
  caller.abort();
  await followed();
  return turns;
}

/** When these pacers give turns in the two seconds from now, in ms. */
async function timetable(pacers: RateLimiter[]): Promise<number[]> {
  const begin = Date.now();
  const caller = new AbortController();
  const times: number[] = [];
  for (const pacer of pacers) {
    for (let index = 0; index < 20; index++) {
      pacer.requestPermit({ priority: "stop", signal: caller.signal }).then(
        () => times.push(Date.now() - begin),
        () => {},
      );
    }
  }
  await pass(1990);
  caller.abort();
  await followed();
  return times;
}

describe("createPacer()", () => {
  // Hooks, because Deno runs a test's own `t.after` only when the whole suite has ended.
  beforeEach(() => stopTheClock());
  afterEach(() => startTheClock());

  test("spaces turns evenly: the first at once, no burst after a rest", async () => {
    const { settled, ask } = paced();
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
    const { settled, ask } = paced();
    ask("first", { priority: "stop" });
    ask("query", { priority: "query" });
    ask("stop", { priority: "stop" });
    await pass(200);
    assert.deepEqual(settled, ["first", "stop", "query"]);
  });

  test("a query is refused at once while a stop waits", async () => {
    const { settled, ask } = paced();
    ask("first", { priority: "stop" });
    ask("second", { priority: "stop" });
    ask("query", { priority: "query" });
    await pass(0);
    assert.deepEqual(settled.toSorted(), ["first", "query refused"]);
  });

  test("a query without a turn is refused when its patience ends", async () => {
    const { pacer, settled, ask } = paced();
    pacer.onThrottled(5000);
    ask("short", { priority: "query", patienceMs: 300 });
    ask("usual", { priority: "query" });
    await pass(300);
    assert.deepEqual(settled, ["short refused"]);
    await pass(700);
    assert.deepEqual(settled, ["short refused", "usual refused"]);
  });

  test("who leaves the queue gives its place to the next", async () => {
    const { settled, ask } = paced();
    const caller = new AbortController();
    ask("first", { priority: "stop" });
    ask("second", { priority: "stop", signal: caller.signal });
    ask("third", { priority: "stop" });
    await pass(0);
    caller.abort("closing");
    await pass(100);
    assert.deepEqual(settled, ["first", "second left: closing", "third"]);
  });

  test("a caller who has left already takes no turn", async () => {
    const { settled, ask } = paced();
    ask("late", { priority: "stop", signal: AbortSignal.abort("closing") });
    ask("next", { priority: "stop" });
    await pass(0);
    assert.deepEqual(settled.toSorted(), ["late left: closing", "next"]);
  });

  test("Retry-After pauses everybody, then turns are spaced again", async () => {
    const { pacer, settled, ask } = paced();
    ask("first", { priority: "stop" });
    pacer.onThrottled(2000);
    ask("second", { priority: "stop" });
    await pass(1990);
    assert.deepEqual(settled, ["first"]);
    await pass(10);
    assert.deepEqual(settled, ["first", "second"]);
  });

  test("stays below the limit by as much as ways through a network differ", async () => {
    const pacer = createRateLimiter({ requestsPerSecond: 10 });
    const turns = await turnsWithin(10_000, { pacer });
    assert.ok(turns >= 95 && turns <= 98, `${turns} turns`);
  });

  test("a stop without a turn is refused after 45 s, before its activity could time out", async () => {
    const { pacer, settled, ask } = paced();
    pacer.onThrottled(60_000);
    ask("stop", { priority: "stop" });
    await pass(44_990);
    assert.deepEqual(settled, []);
    await pass(10);
    assert.deepEqual(settled, ["stop refused"]);
  });

  test("a refusal among many turns costs little, the next one much", async () => {
    const world = paced();
    assert.equal(await turnsWithin(1990, world), 20);
    world.pacer.onThrottled();
    assert.equal(world.pacer.usedShare().toFixed(2), "0.90"); // two in twenty
    await pass(500);
    world.pacer.onThrottled();
    assert.equal(world.pacer.usedShare().toFixed(2), "0.68"); // a quarter at most
  });

  test("refusals of the same half second count as one", async () => {
    const { pacer } = paced();
    for (let refusal = 0; refusal < 4; refusal++) pacer.onThrottled();
    assert.equal(pacer.usedShare(), 0.75);
  });

  test("keeps a twentieth, however many are refused", async () => {
    const { pacer } = paced();
    for (let refusal = 0; refusal < 20; refusal++) {
      pacer.onThrottled();
      await pass(500);
    }
    pacer.onThrottled();
    assert.equal(pacer.usedShare(), 1 / 20);
    assert.equal(pacer.periodMs().toFixed(), "2000");
  });

  test("stretches the timetable: rarer turns lie as evenly as frequent ones", async () => {
    const { pacer } = paced();
    pacer.onThrottled();
    const times = await timetable([pacer]);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 130 && gap <= 140),
      times.join(" "),
    );
  });

  test("wins its part back with time, and no more", async () => {
    const { pacer } = paced();
    pacer.onThrottled();
    await pass(20_000);
    assert.equal(pacer.usedShare().toFixed(2), "0.83");
    await pass(43_000);
    assert.equal(pacer.usedShare(), 1);
    assert.equal((await timetable([pacer])).length, 20);
  });

  test("tells how many stops wait, and whenever it is one fewer", async () => {
    const { pacer, ask } = paced();
    const waiting: number[] = [];
    pacer.onPermit(() => waiting.push(pacer.stopsWaiting()));
    const caller = new AbortController();
    for (const name of ["a", "b", "c"]) ask(name, { priority: "stop" });
    ask("d", { priority: "stop", signal: caller.signal });
    assert.equal(pacer.stopsWaiting(), 3);
    await pass(100);
    caller.abort();
    await pass(100);
    assert.deepEqual(waiting, [3, 2, 1, 0]);
  });
});

describe("createPacer(), sharing an account", () => {
  beforeEach(() => stopTheClock(1_000_000));
  afterEach(() => startTheClock());

  const everyPlace = Array.from({ length: 20 }, (_, index) => index * 100);

  test("four that know of each other take every place once", async () => {
    const pacers = Array.from({ length: 4 }, (_, rank) => {
      const pacer = createRateLimiter(SHARED_LIMIT);
      pacer.setShare({ rank, workers: 4 });
      return pacer;
    });
    assert.deepEqual(await timetable(pacers), everyPlace);
  });

  test("begins at its own place, not at once", async () => {
    const pacer = createRateLimiter(SHARED_LIMIT);
    pacer.setShare({ rank: 3, workers: 4 });
    assert.deepEqual(await timetable([pacer]), [300, 700, 1100, 1500, 1900]);
  });

  test("keeps its own time after a refusal", async () => {
    const pacer = createRateLimiter(SHARED_LIMIT);
    pacer.setShare({ rank: 3, workers: 4 });
    assert.deepEqual(await timetable([pacer]), [300, 700, 1100, 1500, 1900]);
    pacer.onThrottled();
    assert.equal(pacer.usedShare(), 0.75);
    const times = await timetable([pacer]);
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    assert.ok(
      gaps.every((gap) => gap >= 520 && gap <= 540),
      times.join(" "),
    );
  });

  test("is back at its own place when it has won back its part", async () => {
    const pacer = createRateLimiter(SHARED_LIMIT);
    pacer.setShare({ rank: 3, workers: 4 });
    pacer.onThrottled();
    await timetable([pacer]);
    await pass(118_010);
    assert.deepEqual(await timetable([pacer]), [300, 700, 1100, 1500, 1900]);
  });

  test("has all places once the others have gone", async () => {
    const pacer = createRateLimiter(LIMIT);
    pacer.setShare({ rank: 1, workers: 2 });
    assert.ok((await timetable([pacer])).length <= 10);
    pacer.setShare({ rank: 0, workers: 1 });
    await pass(200);
    assert.deepEqual(await timetable([pacer]), everyPlace);
  });

  test("a clock that is set back does not hold the queue up", async () => {
    const pacer = createRateLimiter(SHARED_LIMIT);
    pacer.setShare({ rank: 3, workers: 4 });
    assert.equal((await timetable([pacer])).length, 5);
    const { now } = Date;
    const setBack = mock.method(Date, "now", () => now() - 500_050);
    assert.equal((await timetable([pacer])).length, 5);
    setBack.mock.restore();
  });
});
