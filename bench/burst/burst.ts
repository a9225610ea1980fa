/**
 * Many recordings end in the same second, and Agora takes 10 requests a second: how long until the last stop is through, and
 * how many requests are refused on the way. The bars: within 1.1 times the least possible time with at most 1 % refused, and
 * beside a foreign client that uses 3 of the 10 within 1.15 times with at most 5 %.
 *
 * Each worker process is represented by one client, so that our rate limiter can be compared with others; `burst-workers` is
 * the same with real ones. One queue does what Temporal does: any sender with room takes the next stop, and a refused
 * one comes back after Agora's 1, 3 and 6 s. Clients, HTTP and the emulator's clock are real. Several senders know
 * of each other as workers do, or, for comparison, do not.
 */
import { setTimeout as delay } from "node:timers/promises";

import { type AgoraRecording, createAgora } from "../../src/agora/client.ts";
import { PREFETCH_MS } from "../../src/worker/slot-supplier.ts";
import { writeBars } from "../support/bars.ts";
import {
  ACCOUNT,
  COLUMNS,
  type Conditions,
  LIMIT,
  measure,
  type Measured,
  rowOf,
  type Senders,
  TITLE,
} from "./burst-run.ts";
import { median } from "../support/median.ts";
import { type Report, showRow, roundSignificant } from "../support/report.ts";

const RUNS = 5;
/** Of the smaller number, what a burst takes to begin and to end is a larger part. */
const STOPS = { ours: [150, 600], others: [150] };
const RETRY_MS = [1000, 3000, 6000];

const PACINGS = ["ours", "ours, not told of each other", "10/s each", "none"] as const;
const WORKERS = { ours: [1, 2, 4], "ours, not told of each other": [4], "10/s each": [1, 4], none: [1, 4] };
type Case = Conditions & { pacing: (typeof PACINGS)[number] };

type Done = { each: Case; runs: Measured[] };

/** All runs with the same pacing and workers happen at once; their rows show as soon as they are there. */
export async function run(report: Report): Promise<void> {
  const done: Done[] = [];
  for (const pacing of PACINGS) {
    for (const workers of WORKERS[pacing]) {
      for (const stops of pacing === "ours" ? STOPS.ours : STOPS.others)
        done.push(...(await runAll(casesOf({ stops, pacing, workers }))));
    }
  }
  report({ title: TITLE, columns: COLUMNS, rows: done.map(({ each, runs }) => rowOf(each, runs)) });
  await draw(done);
}

async function runAll(cases: Case[]): Promise<Done[]> {
  const all = cases.map(async (each) => {
    const once = async () => measure(each, async ({ url }) => sendersOf(url, each));
    return { each, runs: await Promise.all(Array.from({ length: RUNS }, once)) };
  });
  const done = await Promise.all(all);
  for (const { each, runs } of done) showRow(rowOf(each, runs));
  return done;
}

/** The hardest case: a window that slides, and a foreign client. */
async function draw(done: Done[]): Promise<void> {
  const hardest = done.filter(
    ({ each }) => each.window === "sliding" && each.foreign === 3 && each.stops === STOPS.others[0],
  );
  await writeBars("burst", {
    title: `${STOPS.others[0]} stops beside a foreign client: how long until the last is through`,
    label: "times the least possible",
    limit: 1.15,
    bars: hardest.map(({ each: { pacing, workers }, runs }) => ({
      name: `${pacing}, ${workers} ${workers === 1 ? "worker" : "workers"}`,
      value: roundSignificant(median(runs.map(({ ratio }) => ratio))),
      ours: pacing === "ours",
    })),
  });
}

function casesOf(common: Pick<Case, "stops" | "pacing" | "workers">): Case[] {
  return ([0, 3] as const).flatMap((foreign) =>
    (["fixed", "sliding"] as const).map((window) => ({ ...common, foreign, window })),
  );
}

type Sender = {
  hasRoom(): boolean;
  onRoom(listener: () => void): void;
  /** Whether the stop got through. */
  send(recording: AgoraRecording): Promise<boolean>;
};

function sendersOf(url: string, { pacing, workers }: Case): Senders {
  const senders = Array.from({ length: workers }, (_, rank) => createSender(url, { pacing, rank, workers }));
  return { burst: async (recordings) => burst(recordings, senders), close: async () => undefined };
}

function createSender(url: string, options: { pacing: Case["pacing"]; rank: number; workers: number }): Sender {
  const { pacing, rank, workers } = options;
  const paced = pacing.startsWith("ours");
  const agora = createAgora({ ...ACCOUNT, baseUrls: [url], requestsPerSecond: paced ? LIMIT : 1_000_000 });
  if (pacing === "ours") agora.setShare({ rank, workers });
  let nextTurn = Promise.resolve();
  return {
    hasRoom: () => agora.stopsWaiting() * agora.periodMs() < PREFETCH_MS,
    onRoom: (listener) => agora.onPermit(listener),
    async send(recording) {
      if (pacing === "10/s each") {
        const turn = nextTurn;
        nextTurn = turn.then(async () => delay(1000 / LIMIT));
        await turn;
      }
      const { signal } = new AbortController();
      const { verdict } = await agora.stop(recording, { method: "async", host: 0, signal });
      return verdict.kind === "accepted";
    },
  };
}

/** Hands the stops to the senders. Resolves when the last one is through. */
async function burst(recordings: AgoraRecording[], senders: Sender[]): Promise<void> {
  const backlog: { recording: AgoraRecording; attempts: number }[] = [];
  const { promise: over, resolve } = Promise.withResolvers<void>();
  let left = recordings.length;

  function assign(): void {
    for (;;) {
      const free = senders.filter((sender) => sender.hasRoom());
      const sender = free[Math.floor(Math.random() * free.length)];
      const task = sender && backlog.shift();
      if (!task) return;
      void work(sender, task);
    }
  }
  async function work(sender: Sender, task: { recording: AgoraRecording; attempts: number }): Promise<void> {
    if (!(await sender.send(task.recording))) {
      const again = { ...task, attempts: task.attempts + 1 };
      setTimeout(() => add(again), RETRY_MS[task.attempts] ?? RETRY_MS.at(-1));
    } else if (--left === 0) resolve();
  }
  function add(task: { recording: AgoraRecording; attempts: number }): void {
    backlog.push(task);
    assign();
  }

  for (const sender of senders) sender.onRoom(assign);
  for (const [index, recording] of recordings.entries()) {
    setTimeout(() => add({ recording, attempts: 0 }), (index * 1000) / recordings.length);
  }
  await over;
}
