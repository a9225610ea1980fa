/**
 * What more worker processes bring: recordings finished in a second with one, two and four of them, on the CLI's
 * development server with its database in memory, and on Temporal with PostgreSQL. Everything shares one machine, so the
 * limit found is the machine's, not Temporal's, as the busy column shows.
 *
 * Each row appears as soon as it is measured, and takes no longer than `ROW_LIMIT_MS`: one that does ends the run with an
 * error, and everything started ends too.
 */
import { availableParallelism, cpus } from "node:os";
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { WORKER } from "../../dev/runtimes.ts";
import { writeChart } from "../support/chart.ts";
import { type Report, type Row, showRow, roundSignificant } from "../support/report.ts";
import { type Rig, startRig } from "../support/rig.ts";
import { startRuntime } from "../support/runtime-process.ts";
import { linearAxis } from "../support/svg.ts";
import { startTemporalCluster } from "./temporal-cluster.ts";
import { finishRecordings, prepareRecordings } from "../support/throughput.ts";
import { processorSecondsByProgram } from "../support/usage.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 3);
const EACH = Number(process.env["EACH"] ?? 100);
/** Of a row: no second or third round begins later. */
const ROUNDS_BEGIN_MS = 35_000;
const ROW_LIMIT_MS = 90_000;
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
    title: `Growth: mean (slowest to fastest) of up to ${ROUNDS} rounds of ${EACH} recordings`,
    columns: [
      "Temporal",
      "worker processes",
      "recordings a second",
      "range",
      "processors busy",
      "of that Temporal and database",
      "busy with other work",
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

async function measure(rig: Rig, name: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of PROCESSES) {
    const row = await withinLimit(measureRow(rig, { name, count }));
    showRow(row);
    rows.push(row);
  }
  return rows;
}

async function measureRow(rig: Rig, { name, count }: { name: string; count: number }): Promise<Row> {
  const beginMs = performance.now();
  const start = async () => startRuntime("node", { script: WORKER, env: rig.env });
  const workers = await Promise.all(Array.from({ length: count }, start));
  try {
    await finishRecordings(rig, await prepareRecordings(rig, EACH));
    const rounds = [await measureRound(rig)];
    while (rounds.length < ROUNDS && performance.now() - beginMs < ROUNDS_BEGIN_MS)
      rounds.push(await measureRound(rig));
    const rates = rounds.map(({ rate }) => rate);
    const range = `${roundSignificant(Math.min(...rates))} to ${roundSignificant(Math.max(...rates))}`;
    const shares = (["busy", "server", "others"] as const).map((key) => formatPercent(mean(rounds, key)));
    return [name, count, roundSignificant(mean(rounds, "rate")), range, ...shares];
  } finally {
    await Promise.all(workers.map(async (worker) => worker.stop()));
  }
}

async function withinLimit(row: Promise<Row>): Promise<Row> {
  const measured = new AbortController();
  const limit = delay(ROW_LIMIT_MS, undefined, { signal: measured.signal }).then(() => {
    throw new Error(`Cannot measure growth: a row took longer than ${ROW_LIMIT_MS / 1000} s`);
  });
  limit.catch(() => undefined); // aborted, because the row was measured
  return Promise.race([row, limit]).finally(() => measured.abort());
}

type Round = { rate: number; busy: number; server: number; others: number };

/** One round: its rate, the part of all processors that it used, of that Temporal's, and the part that others on the machine used. */
async function measureRound(rig: Rig): Promise<Round> {
  const prepared = await prepareRecordings(rig, EACH);
  const before = processorSecondsByProgram(process.pid);
  const idleBefore = idleSeconds();
  const rate = await finishRecordings(rig, prepared);
  const used = [...processorSecondsByProgram(process.pid)].map(
    ([program, seconds]) => [program, seconds - (before.get(program) ?? 0)] as const,
  );
  const sum = (programs: typeof used) => programs.reduce((total, [, seconds]) => total + seconds, 0);
  const ofServer = used.filter(([program]) => ["temporal", "server", "postgres"].includes(program));
  const available = (EACH / rate) * availableParallelism();
  const busy = sum(used) / available;
  const others = Math.max(0, 1 - busy - (idleSeconds() - idleBefore) / available);
  return { rate, busy, server: sum(ofServer) / sum(used), others };
}

/** Of all processors together, since the machine started. */
function idleSeconds(): number {
  return cpus().reduce((total, { times }) => total + times.idle / 1000, 0);
}

function mean(rounds: Round[], key: keyof Round): number {
  return rounds.reduce((total, round) => total + round[key], 0) / rounds.length;
}

function formatPercent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
