/** What a worker process holds, every ten seconds, while its metrics are scraped as Prometheus would. */
import { readdirSync } from "node:fs";

import { readResidentMiB } from "../support/usage.ts";

export type Sample = { atMs: number; residentMiB: number; files: number; threads: number };

const EVERY_MS = 10_000;

export function watchProcess(pid: number, metricsUrl: string): { samples: readonly Sample[]; stop(): void } {
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    samples.push({
      atMs: performance.now(),
      residentMiB: readResidentMiB(pid),
      files: readdirSync(`/proc/${pid}/fd`).length,
      threads: readdirSync(`/proc/${pid}/task`).length,
    });
    void scrape(metricsUrl);
  }, EVERY_MS);
  return { samples, stop: () => clearInterval(timer) };
}

async function scrape(url: string): Promise<void> {
  await (await fetch(url)).text();
}

export function meanOf(samples: readonly Sample[], what: keyof Sample): number {
  return samples.reduce((sum, sample) => sum + sample[what], 0) / samples.length;
}

/** The slope of the straight line through the memory of all samples with the least squares, in MiB an hour. */
export function slopePerHour(samples: readonly Sample[]): number {
  const [meanMs, meanMiB] = [meanOf(samples, "atMs"), meanOf(samples, "residentMiB")];
  let [covariance, variance] = [0, 0];
  for (const { atMs, residentMiB: at } of samples) {
    covariance += (atMs - meanMs) * (at - meanMiB);
    variance += (atMs - meanMs) ** 2;
  }
  return (covariance / variance) * 3_600_000;
}
