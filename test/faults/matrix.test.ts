import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, test } from "node:test";

import { startS3Gateway, type S3Gateway } from "../../dev/s3-gateway.ts";
import { createS3Bucket } from "../../src/bucket/s3.ts";
import { damaged } from "./damage.ts";
import { damages } from "./damages.ts";
import { judge, LEVELS, type Store } from "./matrix.ts";
import { good } from "./recordings.ts";
import { oddities } from "./oddities.ts";

const LIMIT_MS = 120_000;
const bucketName = `faults-${randomUUID()}`;
let gateway: Promise<S3Gateway> | undefined;
after(async () => (await gateway)?.stop());

/** One bucket for all; its files lie in a folder, where they can rot. */
async function store(): Promise<Store> {
  const s3 = await (gateway ??= startS3Gateway());
  const { endpoint, region, accessKey, secretKey, folder } = s3;
  await s3.createBucket(bucketName);
  const bucket = createS3Bucket({
    bucket: bucketName,
    endpoint,
    region,
    accessKey,
    secretKey,
    addressing: "path",
    checksumMode: true,
  });
  if (folder === undefined) return { bucket };
  return { bucket, rot: (key, bytes) => writeFile(join(folder, bucketName, key), bytes) };
}

describe("a damage", () => {
  for (const [index, damage] of damages.entries()) {
    const { name, check, level: lowest, outcome } = damage;
    test(`${name}: ${check} from level ${lowest} on, and no claim below`, { timeout: LIMIT_MS }, async (t) => {
      const into = await store();
      const { stored, later } = await damaged(damage);
      if (later?.when === "on-disk" && into.rot === undefined) return t.skip("the store's files are out of reach");

      const claims = await judge(into, { stored, ...(later && { later }), prefix: `damage-${index}/` });
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
      const stored = await good(recording);
      change?.(stored);
      const claims = await judge(await store(), { stored, prefix: `oddity-${index}/` });
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
