import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { FILE_CHECKS } from "../../src/checks/file-problem.ts";
import { INVENTORY_CHECKS } from "../../src/checks/checks.ts";
import { PLAYLIST_CHECKS } from "../../src/media/hls/faults.ts";

const PAGE = new URL("../../docs/levels.md", import.meta.url);

test("docs/levels.md has one row for each check, with its severity, and none besides", async () => {
  const page = await readFile(PAGE, "utf8");
  const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` +\| (incomplete|damaged|warning) +\|/gm)];
  const documented = rows.map(([, check, outcome]) => [check, outcome] as const);
  const outcomes = { absent: "incomplete", error: "damaged", warning: "warning" };
  const inCode = [
    ...Object.entries(INVENTORY_CHECKS),
    ...Object.entries(PLAYLIST_CHECKS).map(([check, { severity }]) => [check, severity] as const),
    ...Object.entries(FILE_CHECKS),
  ].map(([check, meaning]) => [check, outcomes[meaning]] as const);
  assert.equal(documented.length, inCode.length);
  assert.deepEqual(Object.fromEntries(documented), Object.fromEntries(inCode));
});
