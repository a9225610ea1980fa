/**
 * The Temporal workers of one process: one for workflows and for all activities that use a store, and two for each Agora
 * account, because the account's queue keeps its rate limit, and forced stops must not wait in it.
 */
import { type NativeConnection, Runtime, Worker, type WorkerDeploymentOptions } from "@temporalio/worker";

import { createActivities, createAgoraActivities, type Dependencies } from "../activities/index.ts";
import { watchShare } from "./rate-limit-share.ts";
import { createAgora } from "../agora/client.ts";
import { openBucket } from "../bucket/open-bucket.ts";
import type { Config } from "../process/config.ts";
import { agoraTaskQueue, forcedStopTaskQueue } from "../contract/names.ts";
import { hasSearchAttributes } from "../process/search-attributes.ts";
import type { HealthSource } from "./health.ts";
import { createMetrics, type Metrics } from "./metrics.ts";
import { createTelemetrySinks } from "./telemetry-sinks.ts";
import { createStopSlots, withStopSlots } from "./slot-supplier.ts";
import type { WorkflowBundle } from "./workflow-bundle.ts";

export type WorkersOptions = {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  config: Config;
  workflowBundle: WorkflowBundle;
  /** Worker Deployment Versioning: all queues have the same version. */
  deployment?: { deploymentName: string; buildId: string };
};

export type Workers = {
  /** Polls until `shutdown`, a signal to the process, or a failure; resolves once everything in flight has ended. */
  run(): Promise<void>;
  shutdown(): void;
  state: HealthSource["state"];
};

/** Few are forced at a time. A forced stop waits for its permit in the account's rate limiter, ahead of the others. */
const FORCED_STOP_SLOTS = { maxConcurrentActivityTaskExecutions: 50, maxConcurrentActivityTaskPolls: 2 };

/** Creates the workers. Sends nothing to a store or to Agora, so both may be unavailable. */
export async function createWorkers(options: WorkersOptions): Promise<Workers> {
  const { connection, namespace, taskQueue, workflowBundle, deployment } = options;
  const { metricMeter, logger } = Runtime.instance();
  const metrics = createMetrics(metricMeter);
  const dependencies = await createDependencies(options, metrics);
  const common = {
    connection,
    namespace,
    shutdownGraceTime: "30s",
    shutdownForceTime: "1m",
    ...(deployment && { workerDeploymentOptions: deploymentOptions(deployment) }),
  } as const;

  const workers = await Promise.all([
    Worker.create({
      ...common,
      taskQueue,
      workflowBundle,
      activities: createActivities(dependencies),
      sinks: createTelemetrySinks(metrics, logger),
    }),
    ...[...dependencies.agora].map(([account, agora]) =>
      Worker.create({
        ...common,
        taskQueue: agoraTaskQueue(taskQueue, account),
        activities: createAgoraActivities(dependencies),
        ...withStopSlots(createStopSlots(agora)),
      }),
    ),
    ...[...dependencies.agora.keys()].map((account) =>
      Worker.create({
        ...common,
        taskQueue: forcedStopTaskQueue(taskQueue, account),
        activities: createAgoraActivities(dependencies),
        ...FORCED_STOP_SLOTS,
      }),
    ),
  ]);
  const identity = workers[0].options.identity;
  const shutdown = () => {
    for (const worker of workers) if (worker.getState() === "RUNNING") worker.shutdown();
  };
  return {
    shutdown,
    state: () => combineStates(workers),
    async run() {
      // When one worker fails, the others drain, so that the process ends and an orchestrator restarts it.
      const runs = workers.map((worker) => worker.run().finally(shutdown));
      const ended = new AbortController();
      const shares = [...dependencies.agora].map(async ([account, agora]) => {
        const queue = { namespace, taskQueue: agoraTaskQueue(taskQueue, account) };
        return watchShare({ connection, ...queue, identity, signal: ended.signal }, (share) => agora.setShare(share));
      });
      await Promise.allSettled(runs);
      ended.abort();
      await Promise.all([...runs, ...shares]);
    },
  };
}

/** A recording may wait for ten days, longer than any release: a new version takes over running workflows. */
function deploymentOptions(version: NonNullable<WorkersOptions["deployment"]>): WorkerDeploymentOptions {
  return { version, useWorkerVersioning: true, defaultVersioningBehavior: "AUTO_UPGRADE" };
}

function combineStates(workers: Worker[]): ReturnType<Workers["state"]> {
  const states = new Set(workers.map((worker) => worker.getState()));
  if (states.has("FAILED")) return "failed";
  if (states.size > 1) return "draining";
  if (states.has("RUNNING")) return "polling";
  return states.has("INITIALIZED") ? "starting" : "draining";
}

async function createDependencies(
  { connection, namespace, config }: WorkersOptions,
  metrics: Metrics,
): Promise<Dependencies> {
  const { accounts, stores, searchAttributes } = config;
  return {
    agora: new Map([...accounts].map(([name, settings]) => [name, createAgora(settings, metrics.agora(name))])),
    buckets: new Map([...stores].map(([name, settings]) => [name, openBucket(settings, metrics.store(name))])),
    searchAttributes: searchAttributes === "auto" ? await hasSearchAttributes(connection, namespace) : searchAttributes,
  };
}
