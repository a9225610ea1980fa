import assert from "node:assert/strict";
import { test } from "node:test";

import { formatDuration, plural } from "../../src/lib/quantities.ts";

test("formatDuration() shows parts of a second below a minute only, and bears any number", () => {
  for (const [ms, text] of [
    [0, "0s"],
    [900, "900ms"],
    [13_940, "13.9s"],
    [64_900, "1m 4s"],
    [86_400_000 + 61_000, "1d 1m 1s"],
    [1e300, "285616y 151d 8h 59m"],
  ] as const) {
    assert.equal(formatDuration(ms), text);
  }
});

test("plural() knows one from many", () => {
  assert.deepEqual(
    [0, 1, 1234].map((count) => plural(count, "file")),
    ["0 files", "1 file", "1,234 files"],
  );
});
