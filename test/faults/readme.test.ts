// Runs on Node alone: it compares a page with the code
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { summaryTable } from "../support/faults/summary.ts";

const README = new URL("../../README.md", import.meta.url);

// That every damage is found from its level on, and no good recording raises an alarm, is what the matrix proves.
test("README.md shows the fault matrix as it is", async () => {
  const readme = await readFile(README, "utf8");
  const section = /## What it finds\n(.*?)\n## /s.exec(readme)?.[1] ?? "";
  const shown = section.split("\n").filter((line) => line.startsWith("|"));
  const expected = summaryTable({ isFound: () => true, alarms: () => 0 });
  assert.deepEqual(cells(shown), cells(expected.split("\n")));
});

/** Without the padding that a formatter gives a table. */
function cells(lines: string[]): string[][] {
  return lines.map((line) => line.split("|").map((cell) => cell.trim().replace(/^:?-+:?$/, "---")));
}
