/**
 * An hour of steady load on all three runtimes at once, or on one, a worker process each: whether its memory, its open files
 * and its threads stay as they are, and whether the last recordings cost as much history as the first. Temporal, the store,
 * the emulator and the client are shared, and keep what they saw; only the workers are measured.
 */
import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";

import { freePorts } from "../../dev/servers/child.ts";
import { type RuntimeName, RUNTIMES, WORKER } from "../../dev/runtimes.ts";
import { connect, type FinalizeInput, type Recordings } from "../../src/client.ts";
import type { RecordOptions } from "../../src/emulator/recording/record.ts";
import { type Report, type Row, roundSignificant } from "../support/report.ts";
import { ownDirectory, type Rig, startRig } from "../support/rig.ts";
import { startRuntime } from "../support/runtime-process.ts";
import { meanOf, slopePerHour, watchProcess } from "./soak-watch.ts";

const FOR_MS = Number(process.env["MINUTES"] ?? 60) * 60_000;
/** Between two recordings on the same runtime. */
const EVERY_MS = Number(process.env["EVERY_MS"] ?? 2000);
const ONLY = process.env["RUNTIME"];
const SOAKED = RUNTIMES.filter((name) => ONLY === undefined || name === ONLY);

const POLL = {
  upload: { initialInterval: "1s", backoffCoefficient: 1.2, maximumInterval: "3s" },
  backup: { initialInterval: "1s", backoffCoefficient: 1.2, maximumInterval: "3s" },
  quiet: "2s",
} as const;

/** What is recorded, in turn. */
const KINDS: { recorded: RecordOptions; input: Omit<FinalizeInput, "recording"> }[] = [
  { recorded: { scenario: "plain" }, input: {} },
  { recorded: { scenario: "late" }, input: { verification: "head" } },
  { recorded: { scenario: "two-mp4s" }, input: { verification: "probe", files: { expect: ["hls", "mp4"] } } },
  { recorded: { scenario: "backuped" }, input: { verification: "hash", stop: { method: "sync" } } },
];

export async function run(report: Report): Promise<void> {
  const rig = await startRig();
  try {
    const ports = await freePorts(SOAKED.length);
    const rows = await Promise.all(
      SOAKED.map(async (runtime, index) => soak(rig, { runtime, port: ports[index] ?? 0 })),
    );
    report({
      title: `Soak: ${FOR_MS / 60_000} minutes of ${1000 / EVERY_MS} recordings a second on each of ${SOAKED.join(", ")}`,
      columns: [
        "runtime",
        "recordings",
        "not verified",
        "MiB at 10 %",
        "MiB at the end",
        "MiB an hour",
        "files at 10 %",
        "files at the end",
        "threads at 10 %",
        "threads at the end",
        "events, first of each kind",
        "events, last of each kind",
      ],
      rows,
    });
  } finally {
    await rig.close();
  }
}

/** A moment's value is the mean of a tenth of the samples; the slope is that of the last two thirds. */
async function soak(rig: Rig, { runtime, port }: { runtime: RuntimeName; port: number }): Promise<Row> {
  const env = { ...rig.env, TEMPORAL_TASK_QUEUE: runtime, TAILSLATE_HTTP_PORT: String(port) };
  const worker = await startRuntime(runtime, { script: WORKER, env });
  const watch = watchProcess(worker.pid, `http://127.0.0.1:${port}/metrics`);
  try {
    const recordings = await connect({ client: rig.client, taskQueue: runtime, searchAttributes: false });
    const ended = await load(rig, recordings);
    const { samples } = watch;
    const tenth = Math.ceil(samples.length / 10);
    const [early, late] = [samples.slice(tenth, 2 * tenth), samples.slice(-tenth)];
    return [
      runtime,
      ended.length,
      ended.filter(({ outcome }) => outcome !== "verified").length,
      roundSignificant(meanOf(early, "residentMiB")),
      roundSignificant(meanOf(late, "residentMiB")),
      roundSignificant(slopePerHour(samples.slice(Math.floor(samples.length / 3)))),
      Math.round(meanOf(early, "files")),
      Math.round(meanOf(late, "files")),
      Math.round(meanOf(early, "threads")),
      Math.round(meanOf(late, "threads")),
      eventsOf(ended.slice(0, KINDS.length)),
      eventsOf(ended.slice(-KINDS.length)),
    ];
  } finally {
    watch.stop();
    await worker.stop();
  }
}

type Ended = { outcome: string; events: number };

/** Begins a recording in every interval, whole turns of all kinds, and resolves when all have ended. */
async function load(rig: Rig, recordings: Recordings): Promise<Ended[]> {
  const turns = Math.max(2, Math.floor(FOR_MS / EVERY_MS / KINDS.length));
  const kinds = Array.from({ length: turns }, () => KINDS).flat();
  return Promise.all(
    kinds.map(async (kind, number) => {
      await delay(number * EVERY_MS);
      try {
        return await end({ ...rig, recordings }, kind);
      } catch (error) {
        console.error(error);
        return { outcome: "failed", events: 0 };
      }
    }),
  );
}

async function end({ emulator, client, recordings }: Rig, { recorded, input }: (typeof KINDS)[number]): Promise<Ended> {
  // A directory of its own: a gateway over folders looks through all of one at each listing.
  const where = { fileNamePrefix: ownDirectory() };
  const recording = await emulator.record({ ...recorded, ...where });
  const files = { ...input.files, ...where };
  const begun = await recordings.finalize({ recording, poll: POLL, ...input, files });
  const { outcome } = await begun.result();
  const { historyLength } = await client.workflow.getHandle(begun.workflowId).describe();
  return { outcome, events: historyLength };
}

function eventsOf(ended: Ended[]): string {
  return ended.map(({ events }) => events).join(", ");
}
