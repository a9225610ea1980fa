/**
 * Thousands of recordings that wait in Agora's backup cloud at once, on one worker process: what each costs in memory, what
 * the processor does while no look is due and while looks are due as the defaults have them, and how soon one whose files
 * have just come is finished. The bars: memory grows no further once the SDK's cache of workflows is full; at rest less than
 * 2 % of a core.
 */
import { randomUUID } from "node:crypto";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import type { WorkflowHandle } from "@temporalio/client";

import { agoraNotification } from "../src/contract.ts";
import type { Recorded } from "../src/emulator/record.ts";
import { concurrently } from "../src/manifest/concurrently.ts";
import { good } from "../test/faults/recordings.ts";
import { pendingLook } from "./pending-look.ts";
import { type Report, significant } from "./report.ts";
import { type Rig, startRig } from "./rig.ts";
import { type RuntimeProcess, startRuntime, WORKER } from "./runtime-process.ts";
import { processorSeconds, residentMiB } from "./usage.ts";

const PARKED = Number(process.env["PARKED"] ?? 5000);
const REST_MS = Number(process.env["REST_SECONDS"] ?? 60) * 1000;
const STEPS = 5;
const WATCHED = 20;
const AT_ONCE = 40;
const SETTLE_MS = 5000;
/** So many wait as often in all, at 10 s, as all of them do at 10 minutes. */
const LOOKS_SHARE = 60;

type Interval = "1h" | "10s";

type Row = (string | number)[];

export async function run(report: Report): Promise<void> {
  const rig = await startRig();
  const worker = await startRuntime("node", { script: WORKER, env: rig.env });
  try {
    const { memory, parked } = await park(rig, worker);
    report({ title: "Memory of one worker process", columns: ["in backup", "MiB", "KiB more for each"], rows: memory });

    const atRest = await processorPercent(worker);
    const watched = await beginMany(rig, { count: PARKED / LOOKS_SHARE, interval: "10s" });
    const looking = await processorPercent(worker);
    const perSecond = significant(PARKED / LOOKS_SHARE / 10);
    report({
      title: `Processor time while ${PARKED} wait, percent of one core`,
      columns: ["looks a second", "percent"],
      rows: [
        [0, atRest],
        [perSecond, looking],
      ],
    });

    const byLook = await Promise.all(watched.slice(0, WATCHED).map(async (each) => afterDueLook(rig, each)));
    const byNotice = await Promise.all(parked.slice(-WATCHED).map(async (each) => afterNotification(rig, each)));
    report({
      title: `Until one of ${PARKED} is finished whose files have come, in seconds`,
      columns: ["from", "p50", `longest of ${WATCHED}`],
      rows: [
        ["the moment that its next look is due", ...spread(byLook)],
        ["notification 31", ...spread(byNotice)],
      ],
    });
  } finally {
    await worker.stop();
    await rig.close();
  }
}

/** Parks them in steps, and tells the memory after each. */
async function park(rig: Rig, { pid }: RuntimeProcess): Promise<{ memory: Row[]; parked: Begun[] }> {
  await begin(rig, "1h");
  const before = residentMiB(pid);
  const memory: Row[] = [[0, significant(before), ""]];
  const parked: Begun[] = [];
  for (let step = 1; step <= STEPS; step += 1) {
    parked.push(...(await beginMany(rig, { count: PARKED / STEPS, interval: "1h" })));
    await delay(SETTLE_MS);
    const now = residentMiB(pid);
    memory.push([parked.length, significant(now), significant(((now - before) * 1024) / parked.length)]);
  }
  return { memory, parked };
}

type Begun = { recorded: Recorded; handle: WorkflowHandle };

async function beginMany(rig: Rig, { count, interval }: { count: number; interval: Interval }): Promise<Begun[]> {
  return concurrently(Array.from({ length: count }), { limit: AT_ONCE, work: async () => begin(rig, interval) });
}

/** One recording of which the stop says that it is in the backup cloud. Resolves after its first look. */
async function begin({ emulator, recordings, client }: Rig, interval: Interval): Promise<Begun> {
  const recorded = await emulator.record({ scenario: "backuped-nothing" });
  const { workflowId } = await recordings.finalize({
    recording: recorded,
    files: { fileNamePrefix: [recorded.sid] },
    stop: { method: "sync" },
    poll: { backup: { initialInterval: interval, backoffCoefficient: 1, maximumInterval: interval }, quiet: "0s" },
  });
  const handle = client.workflow.getHandle(workflowId);
  while ((await pendingLook(handle)) === undefined) await delay(300);
  return { recorded, handle };
}

async function processorPercent({ pid }: RuntimeProcess): Promise<number> {
  await delay(SETTLE_MS);
  const before = processorSeconds(pid);
  await delay(REST_MS);
  return significant(((processorSeconds(pid) - before) * 100_000) / REST_MS);
}

/** Seconds from the moment at which the look is due that finds the files to the end. */
async function afterDueLook(rig: Rig, { recorded, handle }: Begun): Promise<number> {
  let next = await pendingLook(handle);
  // Not one that is due at once: the files must all be there.
  while (next === undefined || next.dueMs - Date.now() < 5000) {
    await delay(100);
    next = await pendingLook(handle);
  }
  await putFiles(rig, recorded);
  return ((await endMs(handle)) - next.dueMs) / 1000;
}

async function afterNotification(rig: Rig, { recorded, handle }: Begun): Promise<number> {
  const { sid, cname } = recorded;
  await putFiles(rig, recorded);
  const sentMs = Date.now();
  const details = { msgName: "uploaded", status: 0, fileList: `${sid}/${sid}_${cname}.m3u8`, fileListMode: "string" };
  const notice = { noticeId: randomUUID(), eventType: 31, notifyMs: sentMs, sid, sequence: 1, details };
  await handle.signal(agoraNotification, notice);
  return ((await endMs(handle)) - sentMs) / 1000;
}

async function endMs(handle: WorkflowHandle): Promise<number> {
  await handle.result();
  const { closeTime } = await handle.describe();
  return closeTime?.getTime() ?? Number.NaN;
}

async function putFiles({ bucket }: Rig, { sid, cname }: Recorded): Promise<void> {
  const { objects } = await good({ sid, cname, segments: 2 });
  const options = { signal: AbortSignal.timeout(60_000), contentType: "video/mp2t" };
  for (const [name, bytes] of objects) await bucket.put(`${sid}/${name}`, bytes, options);
}

function spread(seconds: number[]): number[] {
  const sorted = seconds.toSorted((a, b) => a - b);
  return [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((value = Number.NaN) => significant(value));
}
