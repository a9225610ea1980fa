/**
 * The Temporal workers of one process: one for the workflows and for everything that looks into a store, and one for each
 * Agora account, whose rate limit its queue keeps.
 */
import { type NativeConnection, Worker, type WorkerDeploymentOptions } from "@temporalio/worker";

import { createActivities, createAgoraActivities, type Dependencies } from "./activities/index.ts";
import { createAgora } from "./agora/client.ts";
import { openBucket } from "./bucket/open-bucket.ts";
import type { Config } from "./config.ts";
import { agoraTaskQueue } from "./contract.ts";
import { hasSearchAttributes } from "./search-attributes.ts";
import type { WorkflowBundle } from "./workflow-bundle.ts";

export type WorkersOptions = {
  connection: NativeConnection;
  namespace: string;
  taskQueue: string;
  config: Config;
  workflowBundle: WorkflowBundle;
  /** Worker Deployment Versioning: all queues are of one version. */
  deployment?: { deploymentName: string; buildId: string };
};

export type Workers = {
  /** Polls until `shutdown`, a signal to the process, or a failure; resolves once everything in flight has ended. */
  run(): Promise<void>;
  shutdown(): void;
};

/** Enough for sync stops, which take up to 20 s each; what waits beyond waits in Temporal, where it can be seen. */
const STOPS_AT_ONCE = 100;

/** Creates the workers. Neither a store nor Agora is asked anything yet, so both may be away. */
export async function createWorkers(options: WorkersOptions): Promise<Workers> {
  const { connection, namespace, taskQueue, config, workflowBundle, deployment } = options;
  const dependencies = await dependenciesOf(options);
  const common = {
    connection,
    namespace,
    shutdownGraceTime: "30s",
    shutdownForceTime: "1m",
    ...(deployment && { workerDeploymentOptions: versioned(deployment) }),
  } as const;

  const workers = await Promise.all([
    Worker.create({ ...common, taskQueue, workflowBundle, activities: createActivities(dependencies) }),
    ...[...config.accounts.keys()].map((account) =>
      Worker.create({
        ...common,
        taskQueue: agoraTaskQueue(taskQueue, account),
        activities: createAgoraActivities(dependencies),
        maxConcurrentActivityTaskExecutions: STOPS_AT_ONCE,
      }),
    ),
  ]);
  const shutdown = () => {
    for (const worker of workers) if (worker.getState() === "RUNNING") worker.shutdown();
  };
  return {
    shutdown,
    async run() {
      // When one worker fails the others drain, so that the process ends and is seen to have ended.
      const runs = workers.map((worker) => worker.run().finally(shutdown));
      await Promise.allSettled(runs);
      await Promise.all(runs);
    },
  };
}

/** A recording may wait for ten days, longer than any release: a new version takes over what is running. */
function versioned(version: NonNullable<WorkersOptions["deployment"]>): WorkerDeploymentOptions {
  return { version, useWorkerVersioning: true, defaultVersioningBehavior: "AUTO_UPGRADE" };
}

async function dependenciesOf({ connection, namespace, config }: WorkersOptions): Promise<Dependencies> {
  const { accounts, stores, searchAttributes } = config;
  return {
    agora: new Map([...accounts].map(([name, settings]) => [name, createAgora(settings)])),
    buckets: new Map([...stores].map(([name, settings]) => [name, openBucket(settings)])),
    searchAttributes: searchAttributes === "auto" ? await hasSearchAttributes(connection, namespace) : searchAttributes,
  };
}
