/**
 * Thousands of recordings that wait in Agora's backup cloud at once, on one worker process: what each costs in memory, what
 * the processor does while no look is due and while looks are due as the defaults have them, and how soon one whose files
 * have just come is finished. The bars: memory grows no further once the SDK's cache of workflows is full; at rest less than
 * 2 % of a core. The runtime collects the garbage of the last arrivals in the first minute or two, which is not yet rest.
 */
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { WORKER } from "../../dev/runtimes.ts";
import { writeChart } from "../support/chart.ts";
import { median } from "../support/median.ts";
import { afterDueLook, afterNotification, begin, beginMany, type Begun } from "./parked-recordings.ts";
import { type Report, type Row, roundSignificant } from "../support/report.ts";
import { type Rig, startRig } from "../support/rig.ts";
import { type RuntimeProcess, startRuntime } from "../support/runtime-process.ts";
import { linearAxis } from "../support/svg.ts";
import { processorSeconds, readResidentMiB } from "../support/usage.ts";

const PARKED = Number(process.env["PARKED"] ?? 5000);
const REST_MS = Number(process.env["REST_SECONDS"] ?? 60) * 1000;
const RESTING_MINUTES = 3;
const STEPS = 5;
const WATCHED = 20;
const SETTLE_MS = 5000;
/** So many wait as often in all, at 10 s, as all of them do at 10 minutes. */
const LOOKS_SHARE = 60;

export async function run(report: Report): Promise<void> {
  const rig = await startRig();
  const worker = await startRuntime("node", { script: WORKER, env: rig.env });
  try {
    const { memory, parked } = await park(rig, worker);
    report({ title: "Memory of one worker process", columns: ["in backup", "MiB", "KiB more for each"], rows: memory });
    await draw(memory);

    const minutes = [];
    for (let minute = 1; minute <= RESTING_MINUTES; minute += 1)
      minutes.push([0, `minute ${minute} after the last came`, await processorPercent(worker)]);
    const watched = await beginMany(rig, { count: PARKED / LOOKS_SHARE, interval: "10s" });
    const looking = await processorPercent(worker);
    const perSecond = roundSignificant(PARKED / LOOKS_SHARE / 10);
    report({
      title: `Processor time while ${PARKED} wait, percent of one core`,
      columns: ["looks a second", "when", "percent"],
      rows: [...minutes, [perSecond, "all along", looking]],
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

async function draw(memory: Row[]): Promise<void> {
  const points = memory.map(([count, mebibytes]) => ({ x: Number(count), y: Number(mebibytes) }));
  const x = linearAxis(
    "recordings in backup",
    points.map((point) => point.x),
  );
  const y = linearAxis(
    "resident memory, MiB",
    points.map((point) => point.y),
  );
  await writeChart("parked-memory", {
    title: "Memory of one worker process by recordings that wait",
    x,
    y,
    series: [{ name: "worker on Node", points }],
  });
}

/** Parks them in steps, and reports the memory after each. */
async function park(rig: Rig, { pid }: RuntimeProcess): Promise<{ memory: Row[]; parked: Begun[] }> {
  await begin(rig, "1h");
  const before = readResidentMiB(pid);
  const memory: Row[] = [[0, roundSignificant(before), ""]];
  const parked: Begun[] = [];
  for (let step = 1; step <= STEPS; step += 1) {
    parked.push(...(await beginMany(rig, { count: PARKED / STEPS, interval: "1h" })));
    await delay(SETTLE_MS);
    const now = readResidentMiB(pid);
    memory.push([parked.length, roundSignificant(now), roundSignificant(((now - before) * 1024) / parked.length)]);
  }
  return { memory, parked };
}

async function processorPercent({ pid }: RuntimeProcess): Promise<number> {
  await delay(SETTLE_MS);
  const before = processorSeconds(pid);
  await delay(REST_MS);
  return roundSignificant(((processorSeconds(pid) - before) * 100_000) / REST_MS);
}

function spread(seconds: number[]): number[] {
  return [median(seconds), Math.max(...seconds)].map(roundSignificant);
}
