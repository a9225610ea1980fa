/**
 * The burst of `burst.ts` on real parts: worker processes on a Temporal server, recordings finalized by a client.
 * The time runs from the first call of `finalize` until the emulator has taken the last stop, so Temporal's part counts.
 */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { Client, Connection } from "@temporalio/client";

import { startChild } from "../../dev/servers/child.ts";
import { WORKER } from "../../dev/runtimes.ts";
import { startTemporalServer } from "../../dev/servers/temporal-server.ts";
import { connect } from "../../src/client.ts";
import { agoraTaskQueue } from "../../src/contract/names.ts";
import type { Emulator } from "../../src/emulator/emulator.ts";
import { listPollers } from "../../src/process/task-queue-pollers.ts";
import { bundleWorkflows } from "../../src/worker/workflow-bundle.ts";
import { ACCOUNT, COLUMNS, type Conditions, measure, rowOf, type Senders, TITLE } from "./burst-run.ts";
import { type Report, type Row, showRow } from "../support/report.ts";

/** A run of the larger number takes a minute and a half. */
const STOPS = [
  { stops: 150, runs: 3 },
  { stops: 600, runs: 1 },
];
/** A worker looks every 10 s who shares its account. */
const SHARE_KNOWN_MS = 11_000;

type BurstSetup = { client: Client; address: string; bundle: string };

/** Each row shows as soon as it is there; each run has an emulator and workers of its own. */
export async function run(report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-bench-"));
  const temporal = await startTemporalServer();
  const connection = await Connection.connect({ address: temporal.address });
  try {
    const bundle = join(folder, "workflow-bundle.cjs");
    await writeFile(bundle, (await bundleWorkflows()).code);
    const setup = { client: new Client({ connection }), address: temporal.address, bundle };
    const rows: Row[] = [];
    for (const { conditions, runs } of STOPS.flatMap(casesOf)) {
      const measured = [];
      while (measured.length < runs) {
        const start = async (emulator: Emulator) => startWorkers(emulator, { ...setup, count: conditions.workers });
        measured.push(await measure(conditions, start));
      }
      const row = rowOf(conditions, measured);
      showRow(row);
      rows.push(row);
    }
    report({ title: TITLE, columns: COLUMNS, rows });
  } finally {
    await connection.close();
    await temporal.stop();
    await rm(folder, { recursive: true });
  }
}

/** The sliding window is the harder one; which one Agora has is unknown. */
function casesOf({ stops, runs }: (typeof STOPS)[number]): { conditions: Conditions; runs: number }[] {
  return [1, 2, 4].flatMap((workers) =>
    ([0, 3] as const).map((foreign) => ({
      conditions: { stops, pacing: "ours", workers, foreign, window: "sliding" },
      runs,
    })),
  );
}

/** Resolves once every worker knows of all of them. */
async function startWorkers(
  emulator: Emulator,
  { client, address, bundle, count }: BurstSetup & { count: number },
): Promise<Senders> {
  const taskQueue = `burst-${randomUUID()}`;
  const env = {
    TEMPORAL_ADDRESS: address,
    TEMPORAL_TASK_QUEUE: taskQueue,
    TAILSLATE_WORKFLOW_BUNDLE: bundle,
    AGORA_CUSTOMER_ID: ACCOUNT.customerId,
    AGORA_CUSTOMER_SECRET: ACCOUNT.customerSecret,
    AGORA_BASE_URLS: emulator.url,
  };
  const command = { name: "a worker", path: process.execPath, args: [WORKER], env };
  const workers = Array.from({ length: count }, () => startChild(command));
  const queue = { namespace: "default", taskQueue: agoraTaskQueue(taskQueue, "default") };
  while ((await listPollers({ connection: client.connection, ...queue })).length < count) await delay(100);
  if (count > 1) await delay(SHARE_KNOWN_MS);

  const recordings = await connect({ client, taskQueue });
  return {
    async burst(ended) {
      const finalized = ended.map(async (recording, index) => {
        await delay((index * 1000) / ended.length);
        await recordings.finalize({ recording, files: null });
      });
      await Promise.all(finalized);
      while (stopsThrough(emulator) < ended.length) await delay(10);
    },
    async close() {
      await Promise.all(workers.map(async (worker) => worker.stop()));
    },
  };
}

function stopsThrough({ calls }: Emulator): number {
  return calls.filter(({ endpoint, status }) => endpoint === "stop" && status === 200).length;
}
