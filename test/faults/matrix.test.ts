import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";

import { testBucket } from "../support/test-bucket.ts";
import { applyDamage } from "../support/faults/damage.ts";
import { damages } from "../support/faults/damages.ts";
import { judgeAtLevels, LEVELS, type FaultStore } from "../support/faults/judge.ts";
import { soundRecording } from "../support/recordings/sound-recording.ts";
import { oddities } from "../support/faults/oddities.ts";

const LIMIT_MS = 120_000;
const open = testBucket();

/** One bucket for all; its files lie in a folder, where they can rot. */
async function openStore(): Promise<FaultStore> {
  const { folder, ...bucket } = await open();
  return folder === undefined ? { bucket } : { bucket, rot: (key, bytes) => writeFile(join(folder, key), bytes) };
}

describe("a damage", () => {
  for (const [index, damage] of damages.entries()) {
    const { name, check, level: lowest, outcome } = damage;
    test(`${name}: ${check} from level ${lowest} on, and no claim below`, { timeout: LIMIT_MS }, async (t) => {
      const into = await openStore();
      const { stored, later } = await applyDamage(damage);
      if (later?.when === "on-disk" && into.rot === undefined) return t.skip("the store's files are out of reach");

      const claims = await judgeAtLevels(into, { stored, ...(later && { later }), prefix: `damage-${index}/` });
      for (const level of LEVELS) {
        const sees = LEVELS.indexOf(level) >= LEVELS.indexOf(lowest);
        const { problems } = claims[level];
        const errors = problems.filter(({ severity }) => severity === "error").map((problem) => problem.check);
        assert.equal(claims[level].outcome, sees ? outcome : "verified", `${level}: ${JSON.stringify(problems)}`);
        if (sees) assert.ok(errors.includes(check), `${level}: ${JSON.stringify(problems)}`);
      }
    });
  }
});

describe("a good but odd recording", () => {
  for (const [index, { name, recording, change, warnings }] of oddities.entries()) {
    test(`${name} is verified at every level`, { timeout: LIMIT_MS }, async () => {
      const stored = await soundRecording(recording);
      change?.(stored);
      const claims = await judgeAtLevels(await openStore(), { stored, prefix: `oddity-${index}/` });
      for (const level of LEVELS) {
        const { outcome, problems } = claims[level];
        assert.equal(outcome, "verified", `${level}: ${JSON.stringify(problems)}`);
        const unexpected = problems.filter(({ check }) => !warnings.includes(check));
        assert.deepEqual(unexpected, [], level);
      }
      const found = new Set(claims.hash.problems.map(({ check }) => check));
      assert.deepEqual([...found].toSorted(), warnings.toSorted());
    });
  }
});
