/**
 * A release while recordings wait: workers of version 1 and 2 side by side, as Temporal's Worker Deployment Versioning has
 * them, and version 1 gone before the files are there.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

import { DeterminismViolationError } from "@temporalio/workflow";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";

import { connect, type Recording, type Recordings } from "../../../src/client.ts";
import { QUICK, workerSetup, startWorker } from "../../worker/worker-setup.ts";
import { bundleChangedWorkflow, PATCH } from "./changed-workflow.ts";

Runtime.install({ logger: new DefaultLogger("ERROR"), telemetryOptions: { logging: { filter: "ERROR" } } });

const PARKED = 3;
const SYNC = { stop: { method: "sync" } } as const;

test("recordings that wait in backup finish on the next version, which new ones take from their start", async (t) => {
  const { emulator, client, folder } = await workerSetup();
  const deployment = await startDeployment(t);
  const bundlePath = join(folder, "changed-bundle.cjs");
  const bundling = bundleChangedWorkflow("patched").then((code) => writeFile(bundlePath, code));

  const first = await deployment.start("1", {});
  await deployment.makeCurrent("1");
  const parked = await Promise.all(Array.from({ length: PARKED }, () => park(deployment.recordings)));

  await bundling;
  const second = await deployment.start("2", { TAILSLATE_WORKFLOW_BUNDLE: bundlePath });
  await deployment.makeCurrent("2");
  first.terminate();
  assert.equal(await first.ended, 0);

  for (const { recording, deliver } of parked) {
    await deliver();
    assert.equal((await recording.result()).outcome, "verified");
    const { builds, failures, patches } = await lived(recording);
    assert.deepEqual(
      { first: builds[0], last: builds.at(-1), failures, patches },
      { first: "1", last: "2", failures: 0, patches: [] },
    );
  }
  const fresh = await deployment.recordings.finalize({ recording: await emulator.record(), ...SYNC, ...QUICK });
  assert.equal((await fresh.result()).outcome, "verified");
  const { builds, failures, patches } = await lived(fresh);
  assert.deepEqual(
    { builds: [...new Set(builds)], failures, patches },
    { builds: ["2"], failures: 0, patches: [PATCH] },
  );
  second.terminate();
  assert.equal(await second.ended, 0);

  async function lived({ workflowId }: Recording) {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
    const tasks = events?.flatMap(({ workflowTaskCompletedEventAttributes: task }) => (task ? [task] : [])) ?? [];
    const markers = events?.flatMap(({ markerRecordedEventAttributes: marker }) => (marker ? [marker] : [])) ?? [];
    return {
      builds: tasks.map((task) => task.deploymentVersion?.buildId ?? task.workerVersion?.buildId),
      failures: events?.filter((event) => event.workflowTaskFailedEventAttributes).length,
      patches: markers.filter((marker) => marker.markerName === "core_patch").map(() => PATCH),
    };
  }
});

test("a version that forgets those who wait is caught by a replay of what they lived through", async (t) => {
  const { client } = await workerSetup();
  const deployment = await startDeployment(t);
  await deployment.start("1", {});
  await deployment.makeCurrent("1");
  const { recording } = await park(deployment.recordings);
  const history = await client.workflow.getHandle(recording.workflowId).fetchHistory();
  const replayed = async (how: "patched" | "heedless") =>
    Worker.runReplayHistory(
      { workflowBundle: { code: await bundleChangedWorkflow(how) } },
      history,
      recording.workflowId,
    );
  await replayed("patched");
  await assert.rejects(replayed("heedless"), DeterminismViolationError);
  await recording.cancel();
});

/** Workers of one deployment on one task queue, by build. */
async function startDeployment(t: TestContext) {
  const { client, namespace } = await workerSetup();
  const [deploymentName, taskQueue] = [`recordings-${randomUUID()}`, `test-${randomUUID()}`];
  const recordings: Recordings = await connect({ client, taskQueue });
  return {
    recordings,
    async start(buildId: string, env: Record<string, string>) {
      const versioned = { TEMPORAL_DEPLOYMENT_NAME: deploymentName, TEMPORAL_WORKER_BUILD_ID: buildId };
      const { worker } = await startWorker(t, { env: { TEMPORAL_TASK_QUEUE: taskQueue, ...versioned, ...env } });
      await worker.ready;
      return worker;
    },
    /** Temporal knows a version once its workers have polled: until then it refuses. */
    async makeCurrent(buildId: string) {
      const request = { namespace, deploymentName, buildId, version: `${deploymentName}.${buildId}` };
      for (;;) {
        try {
          return await client.workflowService.setWorkerDeploymentCurrentVersion(request);
        } catch (error) {
          t.signal.throwIfAborted();
          if (!(error instanceof Error && /not found|missing|precondition/i.test(error.message))) throw error;
          await delay(100);
        }
      }
    },
  };
}

/** A recording that waits in `backup` for one segment, and what delivers that. */
async function park(recordings: Recordings) {
  const { emulator, bucket } = await workerSetup();
  const recorded = await emulator.record({ scenario: { lost: [3], uploadingStatus: "backuped" } });
  const recording = await recordings.finalize({ recording: recorded, ...SYNC, ...QUICK });
  const key = await findMissingKey(recording);
  return {
    recording,
    deliver: async () => {
      const signal = AbortSignal.timeout(10_000);
      await bucket.put(key, Buffer.from("the segment"), { contentType: "video/mp2t", signal });
    },
  };
}

async function findMissingKey(recording: Recording): Promise<string> {
  for await (const { phase, waitingFor } of recording.progress()) {
    const key = waitingFor.map((text) => /\S+\.ts$/.exec(text)?.[0]).find((found) => found !== undefined);
    if (phase === "backup" && key !== undefined) return key;
  }
  return assert.fail("The recording ended before it waited in backup");
}
