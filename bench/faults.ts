/**
 * The fault matrix as a table: every damage and every oddity of `test/faults`, put into a real store and looked at again at
 * every level. A cell says what the level claims. `npm run bench -- faults`.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { startS3Gateway } from "../dev/s3-gateway.ts";
import { createS3Bucket } from "../src/bucket/s3.ts";
import { type Damage, damaged } from "../test/faults/damage.ts";
import { damages } from "../test/faults/damages.ts";
import { type Claim, type Claims, judge, LEVELS, type Store } from "../test/faults/matrix.ts";
import { oddities } from "../test/faults/oddities.ts";
import { good } from "../test/faults/recordings.ts";
import { machine } from "./machine.ts";

const BUCKET = "faults";

/** Prints one row for each damage, and one for all oddities of the same warnings. */
export async function run(): Promise<void> {
  const gateway = await startS3Gateway();
  try {
    await gateway.createBucket(BUCKET);
    const { endpoint, region, accessKey, secretKey, folder } = gateway;
    const settings = { endpoint, region, accessKey, secretKey, bucket: BUCKET, checksumMode: true };
    const bucket = createS3Bucket({ ...settings, addressing: "path" });
    const rot: Store["rot"] =
      folder === undefined ? undefined : (key, bytes) => writeFile(join(folder, BUCKET, key), bytes);
    await printDamages({ bucket, ...(rot && { rot }) });
    await printOddities({ bucket });
  } finally {
    await gateway.stop();
  }
}

async function printDamages(store: Store): Promise<void> {
  console.log(
    `${machine()}\n\n| damage | found as | ${LEVELS.join(" | ")} |\n|---|---|${":-:|".repeat(LEVELS.length)}`,
  );
  let found = 0;
  let seen = 0;
  for (const [index, damage] of damages.entries()) {
    const { stored, later } = await damaged(damage);
    const claims = await judge(store, { stored, ...(later && { later }), prefix: `damage-${index}/` });
    const cells = LEVELS.map((level) => cell(damage, claims[level]));
    console.log(`| ${damage.name} | \`${damage.check}\` | ${cells.join(" | ")} |`);
    seen += LEVELS.length - LEVELS.indexOf(damage.level);
    found += cells.filter((text) => text !== "" && text !== "?").length;
  }
  console.log(
    `\n${damages.length} damages, found ${found} of the ${seen} times that a level can see one by its nature\n`,
  );
}

/** The outcome where the check has named the damage, nothing where all was well, `?` for any other claim. */
function cell({ check }: Damage, { outcome, problems }: Claim): string {
  if (outcome === "verified") return "";
  return problems.some((problem) => problem.check === check) ? outcome : "?";
}

async function printOddities(store: Store): Promise<void> {
  console.log(`| good but odd | warnings | ${LEVELS.join(" | ")} |\n|---|---|${":-:|".repeat(LEVELS.length)}`);
  let alarms = 0;
  for (const [index, { name, recording, change, warnings }] of oddities.entries()) {
    const stored = await good(recording);
    change?.(stored);
    const claims: Claims = await judge(store, { stored, prefix: `oddity-${index}/` });
    const cells = LEVELS.map((level) => claims[level].outcome);
    alarms += cells.filter((outcome) => outcome !== "verified").length;
    console.log(`| ${name} | ${warnings.map((check) => `\`${check}\``).join(", ")} | ${cells.join(" | ")} |`);
  }
  console.log(`\n${oddities.length} good recordings at ${LEVELS.length} levels, ${alarms} alarms`);
}
