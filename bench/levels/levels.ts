/**
 * What each level costs: recordings of one, 24 and 3 × 24 hours in a real store, in segments of 15 s. The worker's whole
 * look is measured: listing, playlists, inventory, examination. Small segments show what a file costs, large ones what a
 * byte does. `npm run bench -- levels`, and with `RCLONE=<path>` rclone's listing and hashing of the same files in turn.
 */
import { startS3Gateway, type S3Gateway } from "../../dev/servers/s3-gateway.ts";
import type { Level } from "../../src/contract/problem.ts";
import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import { verifyFiles } from "../../src/verify/verify-files.ts";
import { inspectRecording } from "../../src/inventory/inspect.ts";
import { LEVELS } from "../../test/support/faults/judge.ts";
import { writeBars } from "../support/bars.ts";
import { type Measured, RECORDINGS, upload } from "./level-recordings.ts";
import { rcloneRuns } from "./rclone.ts";
import { type Report, type Row, showRow, roundSignificant } from "../support/report.ts";
import { countBytes, countRequests, type Counts, measureRun } from "../support/watch.ts";

const BUCKET = "levels";
const ROUNDS = 3;
const MIB = 2 ** 20;

/** What the best of the rounds took, and the counts of the last, where they can be taken. */
type Best = { seconds: number; counts: Row };

/** One row for each recording and level. */
export async function run(report: Report): Promise<void> {
  const gateway = await startS3Gateway();
  try {
    await gateway.createBucket(BUCKET);
    const rows = [];
    for (const [index, recording] of RECORDINGS.entries()) {
      const measured = await measure(gateway, { ...recording, prefix: `r${index}/` });
      rows.push(...measured);
      if (index === RECORDINGS.length - 1) await draw(recording, measured);
    }
    report({
      title: `Levels, VersityGW on the same machine, best of ${ROUNDS} runs`,
      columns: ["recording", "objects", "by", "seconds", "objects/s", "requests", "MiB read", "memory grown by, MiB"],
      rows: rows.map(({ row }) => row),
    });
  } finally {
    await gateway.stop();
  }
}

type Way = { name: string; seconds: number; row: Row };

/** All in turn, so that whatever else the machine does meanwhile meets all of them. */
async function measure(gateway: S3Gateway, recording: Measured & { prefix: string }): Promise<Way[]> {
  const { endpoint, region, accessKey, secretKey } = gateway;
  const keys = { endpoint, region, accessKey, secretKey, checksumMode: true };
  const bucket = createS3Bucket({ ...keys, bucket: BUCKET, addressing: "path" });
  const { expectation, size } = await upload(bucket, recording);

  async function look(level: Level): Promise<Best> {
    const counts: Counts = { requests: 0, bytes: 0 };
    const reader = { bucket: countBytes(bucket, counts), signal: AbortSignal.timeout(30 * 60_000) };
    const { seconds, grownBytes } = await measureRun(() =>
      countRequests(counts, async () => {
        const inventory = await inspectRecording(reader, { expectation });
        const { problems } = await verifyFiles(reader, { inventory, level });
        const [first] = [...inventory.problems, ...problems];
        if (first !== undefined) throw new Error(`Cannot measure level ${level}: ${JSON.stringify(first)}`);
      }),
    );
    return {
      seconds,
      counts: [counts.requests, roundSignificant(counts.bytes / MIB), roundSignificant(grownBytes / MIB)],
    };
  }

  const ways = new Map<string, () => Promise<Best>>(LEVELS.map((level) => [level, async () => look(level)]));
  for (const [name, rclone] of rcloneRuns(gateway, `${BUCKET}/${recording.prefix}`)) {
    ways.set(name, async () => ({ seconds: (await measureRun(rclone)).seconds, counts: ["", "", ""] }));
  }
  const bests = new Map<string, Best>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, way] of ways) {
      const { seconds, counts } = await way();
      bests.set(name, { seconds: Math.min(seconds, bests.get(name)?.seconds ?? Infinity), counts });
    }
  }
  return [...bests].map(([name, { seconds, counts }]) => {
    const row = [recording.name, size, name, roundSignificant(seconds), Math.round(size / seconds), ...counts];
    showRow(row);
    return { name, seconds, row };
  });
}

async function draw({ name }: Measured, ways: Way[]): Promise<void> {
  await writeBars("levels", {
    title: `${name}: one look at each level, and rclone`,
    label: "seconds",
    bars: ways.map((way) => ({
      name: way.name,
      value: roundSignificant(way.seconds),
      ours: !way.name.startsWith("rclone"),
    })),
  });
}
