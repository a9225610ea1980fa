/**
 * From the last object in the bucket to the completed workflow, with the default schedules: with Agora's notification 31
 * through our webhook, and without any word. The bars: p99 under 1 s with it; without it at most the time until the session
 * is known to be over, plus the quiet time, plus one interval.
 */
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { WORKER } from "../dev/runtimes.ts";
import { serveHttp } from "../src/process/http-server.ts";
import { createWebhook } from "../src/webhook/webhook.ts";
import { type Report, type Row, roundSignificant } from "./support/report.ts";
import { ownDirectory, type Rig, startRig } from "./support/rig.ts";
import { startRuntime } from "./support/runtime-process.ts";

const RECORDINGS = Number(process.env["RECORDINGS"] ?? 200);
/** Recordings end evenly over so long: a burst would measure how much two cores can do at once. */
const STOPS_MS = 60_000;
/** Their uploads end at most so long after the stop, in no order. */
const LONGEST_UPLOAD_MS = 60_000;
const SECRET = "secret";

export async function run(report: Report): Promise<void> {
  const rows = [await measure({ notified: true }), await measure({ notified: false })];
  report({
    title: `From the last object to the end: ${RECORDINGS} recordings in a minute, uploaded 0 to 60 s after their stops`,
    columns: ["by", "p50, s", "p99, s", "longest, s"],
    rows,
  });
}

async function measure({ notified }: { notified: boolean }): Promise<Row> {
  const lastPuts = new Map<string, number>();
  const webhook: { receive?: (request: Request) => Promise<Response> } = {};
  const server = await serveHttp(
    async (request) => (await webhook.receive?.(request)) ?? new Response(null, { status: 503 }),
    {
      hostname: "127.0.0.1",
      port: 0,
    },
  );
  const rig = await startRig({
    ...(notified && { notify: { url: `${server.url}/notifications`, secret: SECRET } }),
    onPut: (key) => lastPuts.set(sidOf(key), Date.now()),
  });
  webhook.receive = createWebhook({ secrets: () => [SECRET], client: rig.client, log: (line) => console.error(line) });
  const worker = await startRuntime("node", { script: WORKER, env: rig.env });
  try {
    const measured = await Promise.all(
      Array.from({ length: RECORDINGS }, async (_, index) => {
        await delay((index * STOPS_MS) / RECORDINGS);
        return finish(rig, Math.random() * LONGEST_UPLOAD_MS);
      }),
    );
    const lags = measured
      .map(({ sid, endedMs }) => (endedMs - (lastPuts.get(sid) ?? Number.NaN)) / 1000)
      .toSorted((a, b) => a - b);
    const at = (share: number) =>
      roundSignificant(lags[Math.min(lags.length - 1, Math.floor(lags.length * share))] ?? Number.NaN);
    return [notified ? "notification 31" : "no word", at(0.5), at(0.99), at(1)];
  } finally {
    await worker.stop();
    await rig.close();
    await server.close();
  }
}

/** One recording whose last segment and final playlist come so long after the stop. */
async function finish({ emulator, recordings, client }: Rig, uploadMs: number) {
  const directory = ownDirectory();
  const scenario = { late: { parts: [5, "playlist" as const], afterMs: uploadMs } };
  const recorded = await emulator.record({ scenario, fileNamePrefix: directory });
  const recording = await recordings.finalize({ recording: recorded, files: { fileNamePrefix: directory } });
  const { outcome } = await recording.result();
  if (outcome !== "verified") throw new Error(`Cannot measure: a recording ended ${outcome}`);
  const handle = client.workflow.getHandle(recording.workflowId);
  const { closeTime } = await handle.describe();
  return { sid: recorded.sid, endedMs: closeTime?.getTime() ?? Number.NaN };
}

function sidOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1).split("_")[0] ?? "";
}
