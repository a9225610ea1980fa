/** What both benchmarks of a burst share: the emulator with its limit, the foreign client beside us, and the table. */
import { setTimeout as delay } from "node:timers/promises";

import { createAgora } from "../../src/agora/client.ts";
import type { LoggedCall } from "../../src/emulator/http/calls.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import type { Recorded } from "../../src/emulator/recording/record.ts";
import { median } from "../support/median.ts";
import type { Row } from "../support/report.ts";

export const LIMIT = 10;
export const ACCOUNT = { customerId: "customer", customerSecret: "secret" };

export type Conditions = {
  stops: number;
  pacing: string;
  workers: number;
  foreign: 0 | 3;
  window: "fixed" | "sliding";
};

/** Whoever sends the stops. */
export type Senders = {
  /** Ends all recordings within a second, and resolves when the last stop is through. */
  burst(recordings: Recorded[]): Promise<void>;
  close(): Promise<void>;
};

export type Measured = { ratio: number; refused: number; foreignRefused: number };

/** One run with an emulator of its own, whose clock's second begins anywhere. */
export async function measure(
  { stops, foreign, window }: Conditions,
  prepare: (emulator: Emulator) => Promise<Senders>,
): Promise<Measured> {
  const emulator = await startEmulator(ACCOUNT);
  try {
    const [theirs, ...ours] = await Promise.all(Array.from({ length: stops + 1 }, async () => emulator.record()));
    if (!theirs) throw new Error("Cannot measure a burst: no recording");
    const senders = await prepare(emulator);
    emulator.setRateLimit({ perSecond: LIMIT, window });
    await delay(Math.random() * 1000);
    const others = new AbortController();
    const disturbance = disturb(emulator, { recording: theirs, perSecond: foreign, signal: others.signal });
    const begin = performance.now();
    await senders.burst(ours);
    const seconds = (performance.now() - begin) / 1000;
    others.abort();
    await Promise.all([disturbance, senders.close()]);
    const sent = emulator.calls.filter(({ endpoint }) => endpoint === "stop" || endpoint === "query");
    return {
      ratio: seconds / (stops / (LIMIT - foreign)),
      refused: refusedOf(sent.filter(({ sid }) => sid !== theirs.sid)),
      foreignRefused: refusedOf(sent.filter(({ sid }) => sid === theirs.sid)),
    };
  } finally {
    await emulator.close();
  }
}

/** Of a table of bursts; the worst of the runs is in parentheses, behind the median. */
export const COLUMNS = [
  "stops",
  "runs",
  "pacing",
  "workers",
  "foreign",
  "window",
  "time / least possible",
  "refused",
  "of the foreign client's",
];
export const TITLE = `Stops within one second, limit ${LIMIT}/s: median (worst) of all runs`;

/** One row of the table. */
export function rowOf({ stops, pacing, workers, foreign, window }: Conditions, runs: Measured[]): Row {
  const of = (key: keyof Measured, print: (value: number) => string) => {
    const values = runs.map((run) => run[key]);
    return `${print(median(values))} (${print(Math.max(...values))})`;
  };
  const ratio = of("ratio", (value) => value.toFixed(2));
  const theirs = foreign > 0 ? of("foreignRefused", formatPercent) : "";
  return [stops, runs.length, pacing, workers, `${foreign}/s`, window, ratio, of("refused", formatPercent), theirs];
}

type Disturbance = { recording: Recorded; perSecond: number; signal: AbortSignal };

/** The customer's own backend: it queries at its own rate and heeds no refusal. */
async function disturb({ url }: Emulator, { recording, perSecond, signal }: Disturbance): Promise<void> {
  if (perSecond === 0) return;
  const agora = createAgora({ ...ACCOUNT, baseUrls: [url], requestsPerSecond: 1_000_000 });
  while (!signal.aborted) {
    void agora.query(recording, { host: 0, signal }).catch(() => undefined);
    await delay(1000 / perSecond, undefined, { signal }).catch(() => undefined);
  }
}

function refusedOf(calls: LoggedCall[]): number {
  return calls.filter(({ status }) => status === 429).length / Math.max(1, calls.length);
}

function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
