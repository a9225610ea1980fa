/**
 * What a wait costs: recordings whose files take a minute, an hour and a day, beside the workflow that one would write
 * without us. How often the default schedules look in that time is computed; the same number of looks is then made on a
 * real server at shorter intervals, because nothing that is counted here depends on their length.
 *
 * The bars: our history is as long after a day as after a minute; at most 5 actions and one for each further look, 9 with
 * search attributes; at most 160 looks in a day of backup.
 */
import { setTimeout as delay } from "node:timers/promises";

import type { WorkflowHandle } from "@temporalio/client";

import { WORKER } from "../dev/runtimes.ts";
import { resolveInput } from "../src/contract/input.ts";
import { soundRecording } from "../test/support/recordings/sound-recording.ts";
import { writeChart } from "./support/chart.ts";
import { type HistoryCost, historyCost } from "./support/history-cost.ts";
import { lookTimes, looksUntil } from "./looks.ts";
import { pendingLook } from "./support/pending-look.ts";
import type { Report, Row } from "./support/report.ts";
import { type Rig, startRig } from "./support/rig.ts";
import { startRuntime } from "./support/runtime-process.ts";
import { linearAxis } from "./support/svg.ts";
import { measureTextbook, startTextbook } from "./textbook/measure.ts";

const POLL = { initialInterval: "1s", backoffCoefficient: 1, maximumInterval: "1s" } as const;
const MINUTE_MS = 60_000;

type Case = { name: string; phase: "upload" | "backup"; completeMs: number };
const CASES: Case[] = [
  { name: "1 minute, upload", phase: "upload", completeMs: MINUTE_MS },
  { name: "1 hour, backup", phase: "backup", completeMs: 60 * MINUTE_MS },
  // Just before the end of the wait, and so before its last look.
  { name: "24 hours, backup", phase: "backup", completeMs: 24 * 60 * MINUTE_MS - 5000 },
];

export async function run(report: Report): Promise<void> {
  const [plain, attributed] = [await measure({ searchAttributes: false }), await measure({ searchAttributes: true })];
  const rows = CASES.flatMap(({ name }, index) =>
    [...(plain[index] ?? []), ...(attributed[index]?.slice(0, 1) ?? [])].map((row) => [name, ...row]),
  );
  const columns = ["files there after", "by", "looks", "history events", "history bytes", "billable actions"];
  report({ title: "The cost of waiting", columns, rows });

  const points = (by: number) =>
    plain.map((each) => ({ x: Number(each[by]?.[1]), y: Number(each[by]?.[2]) })).toSorted((a, b) => a.x - b.x);
  const series = [
    { name: "tailslate", points: points(0) },
    { name: "textbook", points: points(1) },
  ];
  const all = series.flatMap((each) => each.points);
  await writeChart("waiting-history", {
    title: "History events by the number of looks",
    x: linearAxis(
      "looks",
      all.map(({ x }) => x),
    ),
    y: linearAxis(
      "events",
      all.map(({ y }) => y),
    ),
    series,
  });
}

function rowOf(by: string, { looks, events, bytes, actions }: HistoryCost & { looks: number }): Row {
  return [by, looks, events, bytes, actions];
}

/** For each case our row and the textbook's. All happen at once. */
async function measure({ searchAttributes }: { searchAttributes: boolean }): Promise<Row[][]> {
  const rig = await startRig({ searchAttributes });
  const worker = await startRuntime("node", { script: WORKER, env: rig.env });
  const theirs = await startTextbook(rig);
  try {
    return await Promise.all(
      CASES.map(async (each) => {
        const looks = countLooks(each);
        const [ours, textbook] = await Promise.all([measureOurs(rig, each), measureTextbook(rig, looks)]);
        return [
          rowOf(searchAttributes ? "tailslate with search attributes" : "tailslate", { ...ours, looks }),
          rowOf("textbook", { ...textbook, looks }),
        ];
      }),
    );
  } finally {
    await theirs.stop();
    await worker.stop();
    await rig.close();
  }
}

/** How often the defaults look until then. */
function countLooks({ phase, completeMs }: Case): number {
  const recording = { appId: "a", sid: "s", mode: "mix", cname: "c", uid: "1" };
  const { poll, timeoutsMs } = resolveInput({ recording, stop: { method: "none" } }, true);
  return looksUntil(lookTimes(poll[phase], timeoutsMs[phase]), completeMs).looks;
}

/** Ends a recording whose files come right before the last of its looks. */
async function measureOurs({ emulator, recordings, client, bucket }: Rig, each: Case): Promise<HistoryCost> {
  const looks = countLooks(each);
  const directory = `looks${looks}`;
  const inBackup = each.phase === "backup";
  const recorded = await emulator.record({ scenario: inBackup ? "backuped-nothing" : "nothing-uploaded" });
  const recording = await recordings.finalize({
    recording: recorded,
    files: { fileNamePrefix: [directory] },
    stop: { method: inBackup ? "sync" : "async" },
    poll: { upload: POLL, backup: POLL, quiet: "0s" },
    timeouts: { upload: "1h" },
  });
  const handle = client.workflow.getHandle(recording.workflowId);
  await onlyOneLookLeft(handle, looks);
  const { objects } = await soundRecording({ sid: recorded.sid, cname: recorded.cname });
  const options = { signal: AbortSignal.timeout(MINUTE_MS), contentType: "video/mp2t" };
  for (const [name, bytes] of objects) await bucket.put(`${directory}/${name}`, bytes, options);

  const { outcome } = await recording.result();
  const cost = await historyCost(handle);
  if (outcome === "verified" && cost.attempts === looks) return cost;
  throw new Error(`Cannot compare: ${outcome} after ${cost.attempts} looks, not ${looks}`);
}

async function onlyOneLookLeft(handle: WorkflowHandle, looks: number): Promise<void> {
  while (((await pendingLook(handle))?.attempt ?? 0) < looks) await delay(50);
}
