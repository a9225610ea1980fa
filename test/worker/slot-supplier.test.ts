import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test, type TestContext } from "node:test";
import { setImmediate } from "node:timers/promises";

import { createAgora } from "../../src/agora/client.ts";
import { createStopSlots } from "../../src/worker/slot-supplier.ts";
import { listen, RECORDING, stopOptions } from "../agora/literal-server.ts";

const CONTEXT = {
  slotType: "activity",
  taskQueue: "q",
  workerIdentity: "w",
  workerBuildId: "",
  isSticky: false,
} as const;

/** Slots of an account with a turn each 106 ms, at an Agora that lets every stop wait for its answer. */
async function slots(t: TestContext) {
  const arrivals: string[] = [];
  const url = await listen(
    t,
    createServer((request) => void arrivals.push(request.url ?? "")),
  );
  const agora = createAgora({ customerId: "id", customerSecret: "secret", baseUrls: [url], requestsPerSecond: 10 });
  const { supplier, interceptor } = createStopSlots(agora);
  const worker = new AbortController();
  t.after(() => worker.abort());

  const reserve = async (signal: AbortSignal = worker.signal) => supplier.reserveSlot(CONTEXT, signal);
  /** Reserves one slot after the other until none is free, and returns their number. */
  const fill = async () => {
    for (let count = 0; ; count++) {
      const asking = new AbortController();
      let reserved = false;
      reserve(asking.signal).then(
        () => (reserved = true),
        () => undefined,
      );
      await setImmediate();
      if (reserved) continue;
      asking.abort();
      return count;
    }
  };
  const run = async (activity: () => Promise<unknown>) =>
    interceptor.execute({ args: [], headers: {} }, activity).catch(() => undefined);
  const stop = async () => run(async () => agora.stop(RECORDING, { ...stopOptions, signal: worker.signal }));
  return { agora, supplier, reserve, fill, run, stop };
}

test("a worker fetches no more stops than it has turns for in 0.8 s", async (t) => {
  const { agora, fill } = await slots(t);
  assert.equal(await fill(), 8);

  const { fill: fillOfFour, agora: ofFour } = await slots(t);
  ofFour.setShare({ rank: 0, workers: 4 });
  assert.equal(await fillOfFour(), 2);

  const { fill: fillOfMany, agora: ofMany } = await slots(t);
  ofMany.setShare({ rank: 0, workers: 40 });
  assert.equal(await fillOfMany(), 1);
  assert.equal(agora.stopsWaiting(), 0);
});

test("a stop that was sent leaves its slot to the next, however long its answer takes", async (t) => {
  const { agora, fill, reserve, stop } = await slots(t);
  await fill();
  void stop(); // has its turn at once
  void stop();
  assert.equal(agora.stopsWaiting(), 1);
  await reserve();
  await reserve(); // once the second has its turn
  assert.equal(agora.stopsWaiting(), 0);
});

test("an activity that needs no turn leaves its slot when it ends", async (t) => {
  const { supplier, fill, run } = await slots(t);
  await fill();
  await run(async () => {
    throw new Error("no such account");
  });
  assert.equal(await fill(), 0);
  supplier.releaseSlot({ permit: {} });
  assert.equal(await fill(), 1);
});

test("a wait for a slot ends with the signal's reason", async (t) => {
  const { fill, reserve } = await slots(t);
  await fill();
  const leaving = new AbortController();
  const left = assert.rejects(reserve(leaving.signal), /shutdown/);
  leaving.abort(new Error("shutdown"));
  await left;
});
