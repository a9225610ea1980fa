import assert from "node:assert/strict";
import { createServer } from "node:net";
import { describe, test } from "node:test";

import { listen } from "../agora/literal-server.ts";
import { parseScrape, sumOf } from "./scrape.ts";
import { assertNoSecret, QUICK, workerSetup, startServedWorker, startWorker } from "./worker-setup.ts";

type Get = (path: string) => Promise<Response>;

/** The statuses and the bodies of both. */
async function health(get: Get): Promise<unknown[]> {
  const answers = await Promise.all([get("/livez"), get("/readyz")]);
  return Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]));
}

function healthy(state: string, ready: boolean): unknown[] {
  return [
    [200, { live: true, state }],
    [ready ? 200 : 503, { ready, state }],
  ];
}

describe("a worker's health", () => {
  test("is live, and ready once all its workers poll", async (t) => {
    const { worker, get } = await startServedWorker(t);
    await worker.ready;
    assert.deepEqual(await health(get), healthy("polling", true));
    assert.equal((await get("/")).status, 404);
    assert.equal((await fetch((await get("/livez")).url, { method: "POST" })).status, 405);
  });

  test("is live and not ready while Temporal has not answered", async (t) => {
    const silent = await listen(t, createServer());
    const { get } = await startServedWorker(t, { env: { TEMPORAL_ADDRESS: new URL(silent).host } });
    assert.deepEqual(await health(get), healthy("starting", false));
    assert.equal((await get("/metrics")).status, 200);
  });

  test("is live and not ready while it drains, and the next worker counts nothing again", async (t) => {
    const { emulator } = await workerSetup();
    const { worker, taskQueue, recordings, get, planted } = await startServedWorker(t);
    await worker.ready;
    const recorded = await emulator.record({ scenario: { stopDelayMs: 3000 } });
    const recording = await recordings.finalize({ recording: recorded, ...QUICK });
    await emulator.whenCalled("stop", { sid: recorded.sid });
    worker.terminate();
    await worker.logged({ message: "Worker state changed", state: "STOPPING" });
    assert.deepEqual(await health(get), healthy("draining", false));
    assert.equal(await worker.ended, 0);
    await assert.rejects(get("/livez"));
    assertNoSecret(planted, [worker.output()]);

    const next = await startServedWorker(t, { env: { TEMPORAL_TASK_QUEUE: taskQueue } });
    assert.equal((await recording.result()).outcome, "verified");
    const metrics = parseScrape(await next.scrape());
    await next.worker.logged({ message: "Recording ended" });
    const entries = next.worker.log().filter(({ workflowId }) => workflowId === recording.workflowId);
    assert.equal(sumOf(metrics.get("tailslate_recordings_total")), 1);
    assert.equal(sumOf(metrics.get("tailslate_stops_total")), 1);
    assert.deepEqual(
      entries.map(({ message }) => message),
      ["Recording ended"],
    );
  });

  test("is not served without TAILSLATE_HTTP_PORT", async (t) => {
    const { worker } = await startWorker(t);
    await worker.ready;
    assert.ok(!worker.output().includes("Serving health and metrics"));
  });

  test("cannot be served on a port that is taken, which ends the worker with 1 and one line", async (t) => {
    const taken = new URL(await listen(t, createServer())).port;
    const { worker } = await startWorker(t, { env: { TAILSLATE_HTTP_PORT: taken } });
    assert.equal(await worker.ended, 1);
    assert.equal(worker.stderr(), `Cannot listen on 0.0.0.0, port ${taken}: it is in use or not ours\n`);
    assert.equal(worker.stdout(), "");
  });
});
