/**
 * What the engine costs beyond Temporal: recordings that one worker process finishes in a second, against the floor, a
 * workflow of as many activities that do nothing, on a worker of its own on the same server. Both take turns in one run.
 * The bar: 0.9 of the floor on each runtime.
 *
 * A recording does what the floor does not: two requests to Agora, and to the store two looks and a manifest; and the
 * servers that answer them run on the same processors. So the table also shows what each process has used.
 */
import process from "node:process";

import { type RuntimeName, RUNTIMES, WORKER } from "../dev/runtimes.ts";
import { writeBars } from "./support/bars.ts";
import { median } from "./support/median.ts";
import { type Report, type Row, roundSignificant } from "./support/report.ts";
import { startRig } from "./support/rig.ts";
import { startRuntime } from "./support/runtime-process.ts";
import { finishFloor, finishRecordings, prepareRecordings } from "./support/throughput.ts";
import { processorSecondsByProgram, processorSeconds } from "./support/usage.ts";
import { fileURLToPath } from "node:url";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const EACH = Number(process.env["EACH"] ?? 200);
const FLOOR_WORKER = fileURLToPath(new URL("./floor/worker.ts", import.meta.url));

export async function run(report: Report): Promise<void> {
  const rates: Row[] = [];
  const costs: Row[] = [];
  for (const runtime of RUNTIMES) {
    const { ours, floor } = await measure(runtime);
    const ratios = ours.rates.map((rate, index) => rate / (floor.rates[index] ?? Number.NaN));
    const medians = [ours.rates, floor.rates, ratios].map((values) => roundSignificant(median(values)));
    const [ofOurs, ofFloor] = [milliseconds(ours), milliseconds(floor)];
    rates.push([runtime, ...medians, roundSignificant(sum(ofFloor) / sum(ofOurs))]);
    costs.push([runtime, "recording", ...ofOurs], [runtime, "floor", ...ofFloor]);
  }
  report({
    title: `The engine's overhead: median of ${ROUNDS} rounds of ${EACH}`,
    columns: ["runtime", "recordings a second", "floor", "ratio, median of the rounds", "by processor time"],
    rows: rates,
  });
  await writeBars("overhead", {
    title: "Finished in a second by one worker, beside a floor of empty activities",
    label: "a second",
    bars: rates.flatMap(([runtime, ours, floor]) => [
      { name: `${runtime}, recordings`, value: Number(ours), ours: true },
      { name: `${runtime}, floor`, value: Number(floor), ours: false },
    ]),
  });
  const columns = ["runtime", "of one", "worker", "Temporal", "S3 gateway", "client and emulator"];
  report({ title: "Processor time used, in milliseconds", columns, rows: costs });
}

type Side = { rates: number[]; workerSeconds: number; seconds: Map<string, number> };

async function measure(runtime: RuntimeName): Promise<{ ours: Side; floor: Side }> {
  const rig = await startRig();
  const worker = await startRuntime(runtime, { script: WORKER, env: rig.env });
  const floorWorker = await startRuntime(runtime, { script: FLOOR_WORKER, env: rig.env });
  const [ours, floor] = [newSide(), newSide()];
  try {
    await finishRecordings(rig, await prepareRecordings(rig, EACH));
    await finishFloor(rig, EACH);
    for (let round = 0; round < ROUNDS; round += 1) {
      const prepared = await prepareRecordings(rig, EACH);
      await measureSide(ours, { worker: worker.pid, work: async () => finishRecordings(rig, prepared) });
      await measureSide(floor, { worker: floorWorker.pid, work: async () => finishFloor(rig, EACH) });
    }
  } finally {
    await Promise.all([worker.stop(), floorWorker.stop()]);
    await rig.close();
  }
  return { ours, floor };
}

function newSide(): Side {
  return { rates: [], workerSeconds: 0, seconds: new Map() };
}

/** Adds one round: its rate, and the processor time that passed in it. */
async function measureSide(
  side: Side,
  { worker, work }: { worker: number; work: () => Promise<number> },
): Promise<void> {
  const [workerBefore, before] = [processorSeconds(worker), processorSecondsByProgram(process.pid)];
  side.rates.push(await work());
  side.workerSeconds += processorSeconds(worker) - workerBefore;
  for (const [program, seconds] of processorSecondsByProgram(process.pid))
    side.seconds.set(program, (side.seconds.get(program) ?? 0) + seconds - (before.get(program) ?? 0));
}

function milliseconds({ rates, workerSeconds, seconds }: Side): number[] {
  const others = ["temporal", "versitygw", "this process"].map((program) => seconds.get(program) ?? 0);
  return [workerSeconds, ...others].map((each) => roundSignificant((each * 1000) / (rates.length * EACH)));
}

function sum(values: number[]): number {
  return values.reduce((total, each) => total + each, 0);
}
