/**
 * The fault matrix as a table: every damage and every oddity of `test/faults`, put into a real store and looked at again at
 * every level. A cell says what the level claims. `npm run bench -- faults`.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { startS3Gateway } from "../dev/servers/s3-gateway.ts";
import { createS3Bucket } from "../src/bucket/s3/s3.ts";
import type { Level } from "../src/contract/problem.ts";
import { type Damage, applyDamage } from "../test/support/faults/damage.ts";
import { damages } from "../test/support/faults/damages.ts";
import { type Claim, type Claims, judgeAtLevels, LEVELS, type FaultStore } from "../test/support/faults/judge.ts";
import { oddities } from "../test/support/faults/oddities.ts";
import { soundRecording } from "../test/support/recordings/sound-recording.ts";
import { summaryTable } from "../test/support/faults/summary.ts";
import type { Report } from "./support/report.ts";

const BUCKET = "faults";

/** What a level said of a good recording, or of a damage that it names. */
type Judged = { found: Set<string>; alarms: Map<Level, number> };

/** One row for each damage and each oddity, and the sums that the README shows. */
export async function run(report: Report): Promise<void> {
  const gateway = await startS3Gateway();
  try {
    const { folder } = gateway;
    const bucket = createS3Bucket({ ...(await gateway.createBucket(BUCKET)), checksumMode: true });
    const rot: FaultStore["rot"] =
      folder === undefined ? undefined : (key, bytes) => writeFile(join(folder, BUCKET, key), bytes);
    const judged: Judged = { found: new Set(), alarms: new Map() };
    const damageRows = await judgeDamages({ bucket, ...(rot && { rot }) }, judged);
    report({ title: `${damages.length} damages`, columns: ["damage", "found as", ...LEVELS], rows: damageRows });
    const oddityRows = await judgeOddities({ bucket }, judged);
    report({
      title: `${oddities.length} good recordings`,
      columns: ["good but odd", "warnings", ...LEVELS],
      rows: oddityRows,
    });
    const isFound = (damage: Damage, level: Level) => judged.found.has(`${level} ${damage.name}`);
    console.log(summaryTable({ isFound, alarms: (level) => judged.alarms.get(level) ?? 0 }));
  } finally {
    await gateway.stop();
  }
}

async function judgeDamages(store: FaultStore, { found }: Judged): Promise<string[][]> {
  const rows = [];
  for (const [index, damage] of damages.entries()) {
    const { stored, later } = await applyDamage(damage);
    const claims = await judgeAtLevels(store, { stored, ...(later && { later }), prefix: `damage-${index}/` });
    const cells = LEVELS.map((level) => cell(damage, claims[level]));
    rows.push([damage.name, `\`${damage.check}\``, ...cells]);
    for (const level of LEVELS) if (isNamed(damage, claims[level])) found.add(`${level} ${damage.name}`);
  }
  return rows;
}

/** The outcome where the check has named the damage, nothing where all was well, `?` for any other claim. */
function cell(damage: Damage, claim: Claim): string {
  if (claim.outcome === "verified") return "";
  return isNamed(damage, claim) ? claim.outcome : "?";
}

function isNamed({ check }: Damage, { outcome, problems }: Claim): boolean {
  return outcome !== "verified" && problems.some((problem) => problem.check === check);
}

async function judgeOddities(store: FaultStore, { alarms }: Judged): Promise<string[][]> {
  const rows = [];
  for (const [index, { name, recording, change, warnings }] of oddities.entries()) {
    const stored = await soundRecording(recording);
    change?.(stored);
    const claims: Claims = await judgeAtLevels(store, { stored, prefix: `oddity-${index}/` });
    const cells = LEVELS.map((level) => claims[level].outcome);
    for (const level of LEVELS) {
      if (claims[level].outcome !== "verified") alarms.set(level, (alarms.get(level) ?? 0) + 1);
    }
    rows.push([name, warnings.map((check) => `\`${check}\``).join(", "), ...cells]);
  }
  return rows;
}
