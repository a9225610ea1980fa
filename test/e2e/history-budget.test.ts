/** What a recording costs in Temporal's history, which is what it costs at all: on the real server, event by event. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import type { Scenario } from "../../src/emulator/scenarios.ts";
import { testHarness } from "../support/harness.ts";

/** Comes three seconds after everything else: several looks. */
const LATE: Partial<Scenario> = { late: { parts: [4, 5], afterMs: 3000 } };

for (const { searchAttributes, budget } of [
  { searchAttributes: false, budget: 26 },
  { searchAttributes: true, budget: 30 },
]) {
  describe(`${searchAttributes ? "with" : "without"} search attributes`, () => {
    const harness = testHarness({ searchAttributes });

    /** The history's length, and how often the wait looked. */
    async function cost(scenario: Partial<Scenario>): Promise<{ events: number; looks: number }> {
      const { emulator, recordings, client, input } = await harness();
      const recording = await recordings.finalize(input(await emulator.record({ scenario })));
      assert.equal((await recording.result()).outcome, "verified");
      const { events } = await client.workflow.getHandle(recording.workflowId).fetchHistory();
      const looks = events?.map(
        ({ activityTaskStartedEventAttributes }) => activityTaskStartedEventAttributes?.attempt ?? 0,
      );
      return { events: events?.length ?? 0, looks: Math.max(...(looks ?? [])) };
    }

    test(`a recording costs at most ${budget} events`, async () => {
      const { events } = await cost({});
      assert.ok(events > 10 && events <= budget, `${events} events`);
    });

    test("an upload that takes many looks costs not one event more", async () => {
      const [quick, late] = [await cost({}), await cost(LATE)];
      assert.ok(late.looks >= 3, `${late.looks} looks`);
      assert.equal(late.events, quick.events);
    });
  });
}
