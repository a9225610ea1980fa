/**
 * What each level costs: recordings of one, 24 and 3 × 24 hours in a real store, in segments of 15 s. The worker's whole
 * look is measured: listing, playlists, inventory, examination. Small segments show what a file costs, large ones what a
 * byte does. `npm run bench -- levels`, and with `RCLONE=<path>` rclone's listing and hashing of the same files in turn.
 */
import process from "node:process";

import { startS3Gateway, type S3Gateway } from "../dev/s3-gateway.ts";
import type { Level } from "../src/contract.ts";
import { createS3Bucket } from "../src/bucket/s3.ts";
import { examine } from "../src/manifest/examine.ts";
import { lookAt } from "../src/manifest/look.ts";
import { LEVELS } from "../test/faults/matrix.ts";
import { type Measured, RECORDINGS, upload } from "./level-recordings.ts";
import { machine } from "./machine.ts";
import { rcloneRuns } from "./rclone.ts";
import { countingBytes, countingRequests, type Counts, watched } from "./watch.ts";

const BUCKET = "levels";
const ROUNDS = 3;
const MIB = 2 ** 20;

/** What the best of the rounds took, and the counts of the last, where they can be taken. */
type Row = { seconds: number; cells: string };

/** Prints one row for each recording and level. */
export async function run(): Promise<void> {
  const gateway = await startS3Gateway();
  try {
    await gateway.createBucket(BUCKET);
    console.log(`${machine()}, Node ${process.versions.node}, VersityGW on the same machine, best of ${ROUNDS} runs\n`);
    console.log("| recording | objects | by | seconds | objects/s | requests | MiB read | memory grown by, MiB |");
    console.log("|---|--:|---|--:|--:|--:|--:|--:|");
    for (const [index, recording] of RECORDINGS.entries()) await measure(gateway, `r${index}/`, recording);
  } finally {
    await gateway.stop();
  }
}

/** All in turn, so that whatever else the machine does meanwhile meets all of them. */
async function measure(gateway: S3Gateway, prefix: string, recording: Measured): Promise<void> {
  const { endpoint, region, accessKey, secretKey } = gateway;
  const keys = { endpoint, region, accessKey, secretKey, checksumMode: true };
  const bucket = createS3Bucket({ ...keys, bucket: BUCKET, addressing: "path" });
  const { expectation, size } = await upload(bucket, prefix, recording);

  async function look(level: Level): Promise<Row> {
    const signal = AbortSignal.timeout(30 * 60_000);
    const counts: Counts = { requests: 0, bytes: 0 };
    const store = countingBytes(bucket, counts);
    const { seconds, grownBytes } = await watched(() =>
      countingRequests(counts, async () => {
        const inventory = await lookAt(store, expectation, { signal });
        const { problems } = await examine(store, inventory, { level, signal });
        const [first] = [...inventory.problems, ...problems];
        if (first !== undefined) throw new Error(`Cannot measure level ${level}: ${JSON.stringify(first)}`);
      }),
    );
    const [read, grown] = [counts.bytes / MIB, grownBytes / MIB].map((number) => number.toFixed(1));
    return { seconds, cells: `${counts.requests} | ${read} | ${grown}` };
  }

  const ways = new Map<string, () => Promise<Row>>(LEVELS.map((level) => [`\`${level}\``, async () => look(level)]));
  for (const [name, rclone] of rcloneRuns(gateway, `${BUCKET}/${prefix}`)) {
    ways.set(name, async () => ({ seconds: (await watched(rclone)).seconds, cells: " | | " }));
  }
  const rows = new Map<string, Row>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, way] of ways) {
      const row = await way();
      rows.set(name, { ...row, seconds: Math.min(row.seconds, rows.get(name)?.seconds ?? Infinity) });
    }
  }
  for (const [name, { seconds, cells }] of rows) {
    const rate = Math.round(size / seconds);
    console.log(`| ${recording.name} | ${size} | ${name} | ${seconds.toFixed(2)} | ${rate} | ${cells} |`);
  }
}
