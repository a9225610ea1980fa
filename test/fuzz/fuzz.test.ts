/**
 * Changed bytes against every parser of what others wrote: some of each here, and as many as one likes with
 * `TAILSLATE_FUZZ_RUNS=1000000 node --test test/fuzz/fuzz.test.ts`. What was once found is tried first, for ever.
 */
import process from "node:process";
import { test } from "node:test";

import * as fc from "fast-check";

import { agoraTargets } from "./agora-targets.ts";
import { callerTargets } from "./caller-targets.ts";
import { mutationsOf } from "./mutations.ts";
import { storeTargets } from "./store-targets.ts";

const RUNS = Number(process.env["TAILSLATE_FUZZ_RUNS"] ?? 2000);

for (const target of [...agoraTargets, ...storeTargets, ...callerTargets]) {
  test(`whatever the bytes, reading holds: ${target.name}`, async () => {
    const holds = fc.asyncProperty(mutationsOf(target), async (bytes) => target.check(bytes));
    const examples = (target.found ?? []).map((found): [Uint8Array] => [Buffer.from(found)]);
    await fc.assert(holds, { numRuns: RUNS, examples });
  });
}
