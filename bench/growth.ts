/**
 * What more worker processes bring: recordings finished in a second with one, two and four of them, on the CLI's
 * development server with its database in memory, and on Temporal with PostgreSQL. Everything shares one machine, so what is
 * found is where that machine ends, not where Temporal does: the busy column tells.
 */
import { availableParallelism } from "node:os";
import process from "node:process";

import { linearAxis, writeChart } from "./chart.ts";
import { type Report, significant } from "./report.ts";
import { type Rig, startRig } from "./rig.ts";
import { startRuntime, WORKER } from "./runtime-process.ts";
import { startTemporalCluster } from "./temporal-cluster.ts";
import { finishRecordings, prepareRecordings } from "./throughput.ts";
import { processorSecondsByProgram } from "./usage.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 3);
const EACH = Number(process.env["EACH"] ?? 300);
const PROCESSES = [1, 2, 4];

export async function run(report: Report): Promise<void> {
  const development = await startRig();
  const rows = await measure(development, "development server, in memory").finally(async () => development.close());
  const cluster = await startTemporalCluster();
  try {
    const rig = await startRig({ temporal: cluster });
    rows.push(...(await measure(rig, cluster.name).finally(async () => rig.close())));
  } finally {
    await cluster.stop();
  }
  report({
    title: `Growth: median (slowest to fastest) of ${ROUNDS} rounds of ${EACH} recordings`,
    columns: [
      "Temporal",
      "worker processes",
      "recordings a second",
      "range",
      "processors busy",
      "of that Temporal and database",
    ],
    rows,
  });
  const series = [...new Set(rows.map(([name]) => String(name)))].map((name) => ({
    name: name.split(",")[0] ?? "",
    points: rows.filter((row) => row[0] === name).map((row) => ({ x: Number(row[1]), y: Number(row[2]) })),
  }));
  await writeChart("growth", {
    title: "Recordings finished in a second by the number of worker processes",
    x: linearAxis("worker processes, all on one machine", PROCESSES),
    y: linearAxis(
      "recordings a second",
      rows.map((row) => Number(row[2])),
    ),
    series,
  });
}

type Row = (string | number)[];

async function measure(rig: Rig, name: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of PROCESSES) {
    const start = async () => startRuntime("node", { script: WORKER, env: rig.env });
    const workers = await Promise.all(Array.from({ length: count }, start));
    try {
      await finishRecordings(rig, await prepareRecordings(rig, EACH));
      const rounds = [];
      for (let round = 0; round < ROUNDS; round += 1) rounds.push(await watched(rig));
      const rates = rounds.map(({ rate }) => rate).toSorted((a, b) => a - b);
      const [slowest = 0, fastest = 0] = [rates[0], rates.at(-1)];
      const median = rates[Math.floor(rates.length / 2)] ?? 0;
      const range = `${significant(slowest)} to ${significant(fastest)}`;
      rows.push([
        name,
        count,
        significant(median),
        range,
        percent(mean(rounds, "busy")),
        percent(mean(rounds, "server")),
      ]);
    } finally {
      await Promise.all(workers.map(async (worker) => worker.stop()));
    }
  }
  return rows;
}

type Round = { rate: number; busy: number; server: number };

/** One round: its rate, the part of all processors that it used, and the part of that which Temporal took. */
async function watched(rig: Rig): Promise<Round> {
  const prepared = await prepareRecordings(rig, EACH);
  const before = processorSecondsByProgram(process.pid);
  const rate = await finishRecordings(rig, prepared);
  const used = [...processorSecondsByProgram(process.pid)].map(
    ([program, seconds]) => [program, seconds - (before.get(program) ?? 0)] as const,
  );
  const sum = (programs: typeof used) => programs.reduce((total, [, seconds]) => total + seconds, 0);
  const ofServer = used.filter(([program]) => ["temporal", "server", "postgres"].includes(program));
  return { rate, busy: sum(used) / ((EACH / rate) * availableParallelism()), server: sum(ofServer) / sum(used) };
}

function mean(rounds: Round[], key: "busy" | "server"): number {
  return rounds.reduce((total, round) => total + round[key], 0) / rounds.length;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
