/** Dependencies point one way: what AGENTS.md says, asked of the modules that are really loaded. */
// Runs on Node alone: it reads the tree
import assert from "node:assert/strict";
import { test } from "node:test";

import { modulesLoadedBy, sourceFiles } from "../support/module-graph.ts";

const TEMPORAL = /^@temporalio\//;

for (const { files, never, why } of [
  ...[
    "agora",
    "bucket",
    "media",
    "checks",
    "recording",
    "inventory",
    "verify",
    "manifest",
    "report",
    "emulator",
    "lib",
  ].map((room) => ({ files: `src/${room}`, never: TEMPORAL, why: "knows no Temporal" })),
  { files: "src/process/config.ts", never: TEMPORAL, why: "knows no Temporal" },
  {
    files: "src/workflows",
    never: /^(node:|zod$|undici$|@temporalio\/(activity|client|worker)$)/,
    why: "is deterministic and small",
  },
  { files: "src/client.ts", never: /^@temporalio\/worker$/, why: "needs no native module" },
]) {
  test(`${files} ${why}`, async () => {
    for (const file of files.endsWith(".ts") ? [files] : await sourceFiles(files)) {
      const loaded = await modulesLoadedBy(file);
      const wrong = [...loaded].filter(([module]) => never.test(module)).map(([, chain]) => chain.join(" → "));
      assert.deepEqual(wrong, []);
    }
  });
}

test("the graph is followed through files and folders to the packages", async () => {
  const loaded = await modulesLoadedBy("src/worker/run-worker.ts");
  for (const module of ["@temporalio/worker", "zod", "undici", "src/inventory/scan.ts"]) assert.ok(loaded.has(module));
});
