import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";

import { mapConcurrently } from "../../src/lib/map-concurrently.ts";

describe("mapConcurrently()", () => {
  test("keeps the order of the list, and never has more under way than the limit", async () => {
    const gates = Array.from({ length: 6 }, () => Promise.withResolvers<string>());
    let underWay = 0;
    let most = 0;
    const working = mapConcurrently([0, 1, 2, 3, 4, 5], {
      limit: 2,
      work: async (index) => {
        underWay += 1;
        most = Math.max(most, underWay);
        const answer = await gates[index]?.promise;
        underWay -= 1;
        return answer;
      },
    });
    for (const index of [1, 0, 3, 2, 5, 4]) gates[index]?.resolve(`answer ${index}`);
    assert.deepEqual(await working, ["answer 0", "answer 1", "answer 2", "answer 3", "answer 4", "answer 5"]);
    assert.equal(most, 2);
  });

  test("begins nothing further after the first error, and rejects with it", async () => {
    const begun: number[] = [];
    const late = Promise.withResolvers<void>();
    const working = mapConcurrently([0, 1, 2, 3], {
      limit: 2,
      work: async (index) => {
        begun.push(index);
        if (index === 0) throw new Error("broken");
        await late.promise;
      },
    });
    await assert.rejects(working, { message: "broken" });
    late.resolve();
    await setImmediate();
    assert.deepEqual(begun, [0, 1]);
  });
});
