import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { takeInventory } from "../../src/inventory/inventory.ts";
import { expectation, scanOf, segmentNames, SID, STEM, track } from "../support/recordings/scans.ts";

const user = (uid: string, set = "") => `a/${set}${SID}_room__uid_s_${uid}__uid_e_audio`;

function omitFirstSegment(stem: string, count: number): Record<string, string | number> {
  const first = `a/${segmentNames(stem, 1)[0]}`;
  return Object.fromEntries(Object.entries(track(stem, count)).filter(([key]) => key !== first));
}

describe("A recording's length in seconds", () => {
  for (const { length, of, objects } of [
    { length: 45, of: "the longest track, not of all", objects: { ...track(user("1"), 3), ...track(user("2")) } },
    {
      length: 45,
      of: "the servers of a track together",
      objects: { ...track(user("1")), ...track(user("1", "bak0_"), 1), ...track(user("2")) },
    },
    { length: 30, of: "what is there", objects: omitFirstSegment(user("1"), 3) },
    { length: 0, of: "no playlist", objects: { [`${STEM}_0.mp4`]: 900 } },
  ]) {
    test(`is ${length}, that of ${of}`, () => {
      const { totals } = takeInventory(scanOf(objects), expectation({ mode: "individual" }));
      assert.equal(totals.durationSeconds, length);
    });
  }
});
