import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

import { DefaultLogger, NativeConnection, Runtime, Worker } from "@temporalio/worker";

import type { Share } from "../../src/agora/rate-limit/rate-limiter.ts";
import { watchShare, type ShareOptions } from "../../src/worker/rate-limit-share.ts";
import { testServers } from "../support/servers.ts";

const servers = testServers();

/** The share after the first look that finds so many workers. */
async function shareAmong(workers: number, options: Omit<ShareOptions, "signal">): Promise<Share> {
  for (;;) {
    const looked = new AbortController();
    let found: Share | undefined;
    await watchShare({ ...options, signal: looked.signal }, (share) => {
      found = share;
      looked.abort();
    });
    if (found?.workers === workers) return found;
  }
}

test("watchShare() ranks the workers that poll the queue, and no others", async () => {
  Runtime.install({ logger: new DefaultLogger("ERROR") });
  const { temporal } = await servers();
  const { address, namespace } = temporal;
  const taskQueue = `share-${randomUUID()}`;
  const start = async (identity: string) => {
    // A connection each: one knows a queue's worker only once.
    const connection = await NativeConnection.connect({ address });
    const worker = await Worker.create({ connection, namespace, taskQueue, identity, activities: { async none() {} } });
    const running = worker.run();
    return async () => {
      worker.shutdown();
      await running;
      await connection.close();
    };
  };
  const connection = await NativeConnection.connect({ address });
  const among = async (workers: number, identity: string) =>
    shareAmong(workers, { connection, namespace, taskQueue, identity });

  // No worker polls yet, but the asking process is about to.
  assert.deepEqual(await among(1, "b"), { rank: 0, workers: 1 });
  const stops = await Promise.all(["c", "a", "b"].map(start));
  assert.deepEqual(await among(3, "a"), { rank: 0, workers: 3 });
  assert.deepEqual(await among(3, "b"), { rank: 1, workers: 3 });
  assert.deepEqual(await among(3, "c"), { rank: 2, workers: 3 });

  await Promise.all(stops.map((each) => each()));
  await connection.close();
});
