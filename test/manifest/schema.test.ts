// Runs on Node alone: it compares files of schema/ with the code
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import type { z } from "zod";

import { jsonSchemas } from "../../dev/schemas.ts";
import type { FinalizeResult } from "../../src/contract/result.ts";
import type { Result } from "../../src/manifest/schema.ts";

type Same<A, B> = [A, B] extends [B, A] ? true : false;
const resultIsTheContracts: Same<z.output<typeof Result>, FinalizeResult> = true;

const folder = new URL("../../schema/", import.meta.url);

test("the committed JSON Schemas are the ones that the code generates", async () => {
  assert.ok(resultIsTheContracts);
  const generated = jsonSchemas();
  assert.deepEqual((await readdir(folder)).toSorted(), generated.map(({ name }) => name).toSorted());
  for (const { name, schema } of generated) {
    const committed: unknown = JSON.parse(await readFile(new URL(name, folder), "utf8"));
    assert.deepEqual(committed, JSON.parse(JSON.stringify(schema)), `${name}: run node dev/write-schemas.ts`);
  }
});
