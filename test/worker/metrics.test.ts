import assert from "node:assert/strict";
import { test } from "node:test";

import { createCounters } from "../../src/webhook/results.ts";
import { readDocumentedMetrics } from "../support/documented-metrics.ts";
import { parseScrape, sumOf } from "./scrape.ts";
import { assertNoSecret, QUICK, workerSetup, startServedWorker } from "./worker-setup.ts";

test("a scrape counts what became of recordings, under the names that the documentation promises", async (t) => {
  const { emulator } = await workerSetup();
  const { worker, recordings, planted, scrape } = await startServedWorker(t);
  const [late, short, wrong] = await Promise.all([
    emulator.record({ scenario: "backuped" }),
    emulator.record({ scenario: "lost" }),
    emulator.record(),
  ]);
  const ends = await Promise.all([
    recordings.finalize({ ...QUICK, recording: late, stop: { method: "sync" }, verification: "hash" }),
    recordings.finalize({ ...QUICK, recording: short, timeouts: { upload: "1s", backup: "1s" } }),
    recordings.finalize({ recording: { ...wrong, account: "unknown" } }),
  ]);
  const [verified, incomplete, failed] = await Promise.allSettled(ends.map((recording) => recording.result()));
  assert.ok(verified?.status === "fulfilled" && incomplete?.status === "fulfilled" && failed?.status === "rejected");

  const text = await scrape();
  const metrics = parseScrape(text);
  const sum = (name: string, labels?: Record<string, string>) => sumOf(metrics.get(name), labels);
  const outcomes = metrics.get("tailslate_recordings_total")?.samples.flatMap(({ labels, value }) => {
    return value === 0 ? [] : [[labels["outcome"], value]];
  });
  assert.deepEqual(outcomes?.toSorted(), [
    ["incomplete", 1],
    ["verified", 1],
  ]);
  assert.equal(sum("tailslate_recordings_total", { outcome: "lost" }), 0, "an outcome that never came is there as 0");
  assert.equal(sum("tailslate_stops_total", { status: "accepted" }), 2);
  assert.equal(sum("tailslate_verified_bytes_total", { level: "hash" }), verified.value.totals?.bytes);
  assert.equal(sum("tailslate_agora_requests_total", { endpoint: "stop", verdict: "accepted" }), 2);
  assert.equal(sum("tailslate_agora_share_used_ratio"), 1);
  assert.ok((sum("tailslate_store_requests_total", { operation: "put", result: "ok" }) ?? 0) >= 2);
  const waits = metrics.get("tailslate_backup_wait_seconds")?.samples ?? [];
  const longest = waits.find(({ name, labels }) => name.endsWith("_sum") && labels["detected_by"] === "stop");
  assert.equal(longest?.value, (verified.value.backup?.waitedMs ?? Number.NaN) / 1000);

  assert.deepEqual(await differences(metrics), []);
  const shown = [text, worker.output()];
  assertNoSecret(planted, shown);
  for (const { sid } of [late, short, wrong]) assert.ok(!text.includes(sid), "a sid is no label");
});

/** Where the scrape and the documentation's tables part. Of the SDK's metrics only those that we promise are looked at. */
async function differences(metrics: ReturnType<typeof parseScrape>): Promise<string[]> {
  const documented = await readDocumentedMetrics();
  assert.ok(documented.size > 10);
  const scraped = new Map([...metrics, ...parseScrape(createCounters().render())]);
  const undocumented = [...scraped.keys()].filter((name) => name.startsWith("tailslate_") && !documented.has(name));
  const parted = [...documented].flatMap(([name, { type, labels }]) => {
    const found = scraped.get(name);
    if (found === undefined) return [`${name} is not in the scrape`];
    const isSame = found.type === type && labels.toSorted().join() === [...found.labels].toSorted().join();
    return isSame ? [] : [`${name} is a ${found.type} with ${[...found.labels].join()}`];
  });
  return [...undocumented.map((name) => `${name} is not documented`), ...parted];
}
