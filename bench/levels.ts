/**
 * What each level costs: recordings of one, 24 and 3 × 24 hours in a real store, in segments of 15 s. The worker's whole
 * look is measured: listing, playlists, inventory, examination. `npm run bench -- levels`, and with `RCLONE=<path>` beside
 * it rclone's listing and hashing of the same files in the same run.
 */
import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";

import { startS3Gateway, type S3Gateway } from "../dev/s3-gateway.ts";
import type { Bucket } from "../src/bucket/bucket.ts";
import { createS3Bucket } from "../src/bucket/s3.ts";
import { concurrently } from "../src/manifest/concurrently.ts";
import { examine } from "../src/manifest/examine.ts";
import { takeInventory } from "../src/manifest/inventory.ts";
import { surveyBucket } from "../src/manifest/survey.ts";
import { LEVELS } from "../test/faults/matrix.ts";
import { good, type RecordingOptions } from "../test/faults/recordings.ts";
import { machine } from "./machine.ts";

const BUCKET = "levels";
const AT_ONCE = 16;
const MIB = 2 ** 20;

const RECORDINGS: { name: string; options: RecordingOptions }[] = [
  { name: "1 h mix", options: { segments: 240 } },
  { name: "24 h mix", options: { segments: 5760 } },
  // Three tracks of 24 h.
  { name: "24 h of 3 users", options: { segments: 5760, users: ["1", "2", "3"], mode: "individual" } },
];

type Counts = { requests: number; bytes: number };

/** Prints one row for each recording and level. */
export async function run(): Promise<void> {
  const gateway = await startS3Gateway();
  try {
    await gateway.createBucket(BUCKET);
    console.log(`${machine()}, VersityGW on the same machine\n`);
    console.log("| recording | objects | by | seconds | objects/s | requests | MiB read | memory grown by, MiB |");
    console.log("|---|--:|---|--:|--:|--:|--:|--:|");
    for (const [index, recording] of RECORDINGS.entries()) await measure(gateway, `r${index}/`, recording);
  } finally {
    await gateway.stop();
  }
}

async function measure(gateway: S3Gateway, prefix: string, recording: (typeof RECORDINGS)[number]): Promise<void> {
  const { endpoint, region, accessKey, secretKey } = gateway;
  const keys = { endpoint, region, accessKey, secretKey, checksumMode: true };
  const bucket = createS3Bucket({ ...keys, bucket: BUCKET, addressing: "path" });
  const { expectation, size } = await upload(bucket, prefix, recording.options);
  const signal = AbortSignal.timeout(30 * 60_000);

  for (const level of LEVELS) {
    const counts: Counts = { requests: 0, bytes: 0 };
    const watchedBucket = counting(bucket, counts);
    const { seconds, grownBytes } = await watched(async () => {
      const inventory = takeInventory(await surveyBucket(watchedBucket, expectation, signal), expectation);
      const { problems } = await examine(watchedBucket, inventory, { level, signal });
      const all = [...inventory.problems, ...problems];
      if (all.length > 0) throw new Error(`Cannot measure level ${level}: ${JSON.stringify(all[0])}`);
    });
    const requests = counts.requests + Math.floor(size / 1000); // further pages of the listing
    const [read, grown] = [counts.bytes / MIB, grownBytes / MIB].map((number) => number.toFixed(1));
    const rate = Math.round(size / seconds);
    console.log(
      `| ${recording.name} | ${size} | ${level} | ${seconds.toFixed(2)} | ${rate} | ${requests} | ${read} | ${grown} |`,
    );
  }
  await compare(gateway, prefix, { name: recording.name, size });
}

/** Audio alone, so that 5,760 segments for each user are 17,280 in all; every one has bytes of its own. */
async function upload(bucket: Bucket, prefix: string, options: RecordingOptions) {
  const stored = await good({ ...options, segmentSeconds: 15.36, startSeconds: 10 });
  const signal = AbortSignal.timeout(30 * 60_000);
  const files = [...stored.objects].filter(([name]) => !name.includes("_e_video"));
  await concurrently(files, {
    limit: AT_ONCE,
    work: ([name, bytes]) => bucket.put(prefix + name, bytes, { signal, contentType: "application/octet-stream" }),
  });
  return { expectation: { ...stored.expectation, prefix }, size: files.length };
}

/** The same bucket; what is asked and read is counted. */
function counting(bucket: Bucket, counts: Counts): Bucket {
  return {
    ...bucket,
    list: (prefix, signal) => ((counts.requests += 1), bucket.list(prefix, signal)),
    head: (key, signal) => ((counts.requests += 1), bucket.head(key, signal)),
    async get(key, options) {
      counts.requests += 1;
      const object = await bucket.get(key, options);
      return object && { ...object, body: counted(object.body, counts) };
    },
  };
}

async function* counted(body: AsyncIterable<Uint8Array>, counts: Counts): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    counts.bytes += chunk.length;
    yield chunk;
  }
}

/** How long it takes, and by how much the process grows meanwhile: its resident set, looked at ten times a second. */
async function watched(work: () => Promise<void>): Promise<{ seconds: number; grownBytes: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
  const begin = performance.now();
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return {
    seconds: (performance.now() - begin) / 1000,
    grownBytes: Math.max(peak, process.memoryUsage.rss()) - before,
  };
}

/** rclone with its own defaults, told to ask for no more than the listing shows. */
async function compare(gateway: S3Gateway, prefix: string, { name, size }: { name: string; size: number }) {
  const rclone = process.env["RCLONE"];
  if (rclone === undefined) return;
  const remote = `:s3,provider=Other,endpoint="${gateway.endpoint}",region=${gateway.region}:${BUCKET}/${prefix}`;
  const env = { ...process.env, AWS_ACCESS_KEY_ID: gateway.accessKey, AWS_SECRET_ACCESS_KEY: gateway.secretKey };
  const commands = {
    "rclone lsjson": ["lsjson", "--use-server-modtime"],
    "rclone hashsum --download": ["hashsum", "sha256", "--download"],
  };
  for (const [label, args] of Object.entries(commands)) {
    const begin = performance.now();
    const options = { env: { ...env, RCLONE_S3_ENV_AUTH: "true", RCLONE_CONFIG: "" }, maxBuffer: 1024 * MIB };
    const { stdout } = await promisify(execFile)(rclone, [...args, remote], options);
    const seconds = (performance.now() - begin) / 1000;
    if (stdout.length === 0) throw new Error(`Cannot compare with ${label}: it found nothing`);
    console.log(`| ${name} | ${size} | ${label} | ${seconds.toFixed(2)} | ${Math.round(size / seconds)} | | | |`);
  }
}
