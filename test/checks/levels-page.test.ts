// Runs on Node alone: it compares a page with the code
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { LEVELS_PAGE, withTables } from "../../dev/levels.ts";
import { CHANGES } from "../../src/checks/changes.ts";
import { CHECKS } from "../../src/checks/checks.ts";

test("docs/levels.md has one row for each check and each change, as the code prints it, and none besides", async () => {
  const page = await readFile(LEVELS_PAGE, "utf8");
  assert.equal(page, withTables(page), "run npm run levels");
  const documented = [...page.matchAll(/^\| `([a-z0-9-]+)` +\| (?:incomplete|damaged|warning|error) +\|/gm)];
  const ids = documented.map(([, check]) => check);
  assert.equal(ids.length, Object.keys(CHECKS).length);
  assert.deepEqual(new Set(ids), new Set(Object.keys(CHECKS)));
  for (const kind of Object.keys(CHANGES)) assert.ok(page.includes(`\n| \`${kind}\` `), kind);
});
