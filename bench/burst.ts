/**
 * Many recordings end in the same second, and Agora takes 10 requests a second: how long until the last stop is through, and
 * how many requests are refused on the way. The bars: within 1.1 times the least possible time with at most 1 % refused, and
 * beside a foreign client that uses 3 of the 10 within 1.15 times with at most 5 %.
 *
 * A worker process is stood for by a client of its own with as many slots as a worker has; what Temporal does is done by one
 * queue: any free slot takes the next stop, and a refused one comes back after Agora's 1, 3 and 6 s. Clients, HTTP and the
 * emulator's clock are real. Four senders are told of each other as workers are, or, for comparison, not. Each row is the median of several runs, with the worst behind it.
 */
import { setTimeout as delay } from "node:timers/promises";

import { type Agora, type AgoraRecording, createAgora } from "../src/agora/client.ts";
import { type Emulator, startEmulator } from "../src/emulator/emulator.ts";
import { machine } from "./machine.ts";

const STOPS = 150;
const LIMIT = 10;
const RUNS = 3;
const SLOTS = 8;
const RETRY_MS = [1000, 3000, 6000];
const ACCOUNT = { customerId: "customer", customerSecret: "secret" };

type Pacing = "ours" | "ours, not told of each other" | "10/s each" | "none";
type Case = { pacing: Pacing; workers: number; foreign: 0 | 3; window: "fixed" | "sliding" };
type Measured = { ratio: number; refused: number; foreignRefused: number };

/** Prints one row for each case. All runs of a row happen at once, each with an emulator of its own. */
export async function run(): Promise<void> {
  console.log(`${machine()}\n${STOPS} stops within one second, limit ${LIMIT}/s: median (worst) of ${RUNS} runs\n`);
  console.log("| pacing | workers | foreign | window | time / least possible | refused | of the foreign client's |");
  console.log("|---|--:|--:|---|--:|--:|--:|");
  for (const each of cases()) {
    const runs = await Promise.all(
      Array.from({ length: RUNS }, async () => delay(Math.random() * 1000).then(async () => measure(each))),
    );
    const [ratio, refused, foreignRefused] = [
      spread(
        runs.map((one) => one.ratio),
        (value) => value.toFixed(2),
      ),
      spread(
        runs.map((one) => one.refused),
        percent,
      ),
      spread(
        runs.map((one) => one.foreignRefused),
        percent,
      ),
    ];
    const { pacing, workers, foreign, window } = each;
    console.log(
      `| ${pacing} | ${workers} | ${foreign}/s | ${window} | ${ratio} | ${refused} | ${foreign ? foreignRefused : ""} |`,
    );
  }
}

function cases(): Case[] {
  const all: Case[] = [];
  for (const pacing of ["ours", "ours, not told of each other", "10/s each", "none"] as const) {
    for (const workers of [1, 4]) {
      if (workers === 1 && pacing === "ours, not told of each other") continue;
      for (const foreign of [0, 3] as const) {
        for (const window of ["fixed", "sliding"] as const) all.push({ pacing, workers, foreign, window });
      }
    }
  }
  return all;
}

async function measure({ pacing, workers, foreign, window }: Case): Promise<Measured> {
  const emulator = await startEmulator(ACCOUNT);
  try {
    const recordings = await Promise.all(Array.from({ length: STOPS + 1 }, async () => emulator.record()));
    emulator.limit({ perSecond: LIMIT, window });
    const senders = Array.from({ length: workers }, (_, rank) => createSender(emulator, { pacing, rank, workers }));
    const others = new AbortController();
    const [theirs, ...ours] = recordings;
    const disturbance = theirs && disturb(emulator, { recording: theirs, perSecond: foreign, signal: others.signal });
    const ms = await burst(ours, senders);
    others.abort();
    await disturbance;
    return {
      ratio: ms / 1000 / (STOPS / (LIMIT - foreign)),
      refused: refusedOf(emulator, "stop"),
      foreignRefused: refusedOf(emulator, "query"),
    };
  } finally {
    await emulator.close();
  }
}

type Send = (recording: AgoraRecording) => Promise<"through" | "refused">;

function createSender(
  emulator: Emulator,
  { pacing, rank, workers }: { pacing: Pacing; rank: number; workers: number },
): Send {
  const adapts = pacing.startsWith("ours");
  const agora = client(emulator, adapts ? LIMIT : 1_000_000);
  if (pacing === "ours") agora.share({ rank, workers });
  let nextTurn = Promise.resolve();
  return async (recording) => {
    if (pacing === "10/s each") {
      const turn = nextTurn;
      nextTurn = turn.then(async () => delay(1000 / LIMIT));
      await turn;
    }
    const { signal } = new AbortController();
    const { verdict } = await agora.stop(recording, { method: "async", host: 0, signal });
    return verdict.kind === "accepted" ? "through" : "refused";
  };
}

function client(emulator: Emulator, requestsPerSecond: number): Agora {
  return createAgora({ ...ACCOUNT, baseUrls: [emulator.url], requestsPerSecond });
}

/** Hands the stops to the senders' slots. Resolves with the milliseconds from the first stop to the last one's answer. */
async function burst(recordings: AgoraRecording[], senders: Send[]): Promise<number> {
  const begin = performance.now();
  const backlog: { recording: AgoraRecording; attempts: number }[] = [];
  const idle = senders.flatMap((send) => Array.from({ length: SLOTS }, () => send));
  const { promise: over, resolve } = Promise.withResolvers<void>();
  let left = recordings.length;

  function assign(): void {
    while (idle.length > 0 && backlog.length > 0) {
      const [send] = idle.splice(Math.floor(Math.random() * idle.length), 1);
      const task = backlog.shift();
      if (send && task) void work(send, task);
    }
  }
  async function work(send: Send, task: { recording: AgoraRecording; attempts: number }): Promise<void> {
    if ((await send(task.recording)) === "refused") {
      const again = { ...task, attempts: task.attempts + 1 };
      setTimeout(() => add(again), RETRY_MS[task.attempts] ?? RETRY_MS.at(-1));
    } else if (--left === 0) resolve();
    idle.push(send);
    assign();
  }
  function add(task: { recording: AgoraRecording; attempts: number }): void {
    backlog.push(task);
    assign();
  }

  for (const [index, recording] of recordings.entries()) {
    setTimeout(() => add({ recording, attempts: 0 }), (index * 1000) / recordings.length);
  }
  await over;
  return performance.now() - begin;
}

type Disturbance = { recording: AgoraRecording; perSecond: number; signal: AbortSignal };

/** The customer's own backend: it queries at its own rate and heeds no refusal. */
async function disturb(emulator: Emulator, { recording, perSecond, signal }: Disturbance): Promise<void> {
  if (perSecond === 0) return;
  const agora = client(emulator, 1_000_000);
  while (!signal.aborted) {
    void agora.query(recording, { host: 0, signal }).catch(() => undefined);
    await delay(1000 / perSecond, undefined, { signal }).catch(() => undefined);
  }
}

function refusedOf({ calls }: Emulator, endpoint: "stop" | "query"): number {
  const sent = calls.filter((call) => call.endpoint === endpoint);
  return sent.filter(({ status }) => status === 429).length / Math.max(1, sent.length);
}

function spread(values: number[], print: (value: number) => string): string {
  const sorted = values.toSorted((a, b) => a - b);
  return `${print(sorted[Math.floor(sorted.length / 2)] ?? 0)} (${print(sorted.at(-1) ?? 0)})`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
