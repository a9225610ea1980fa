/** One environment for a test file: a worker between the real servers and the emulator. */
import { randomUUID } from "node:crypto";
import { after } from "node:test";

import { Client, Connection } from "@temporalio/client";
import { NativeConnection, Runtime, DefaultLogger } from "@temporalio/worker";

import { storeEnvironment } from "../../dev/servers/s3-gateway.ts";
import type { Bucket } from "../../src/bucket/bucket.ts";
import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import { connect, type FinalizeInput, type Recordings } from "../../src/client.ts";
import type { Config } from "../../src/process/config.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import type { Recorded } from "../../src/emulator/recording/record.ts";
import { findWorkflowBundle } from "../../src/worker/workflow-bundle.ts";
import { createWorkers } from "../../src/worker/workers.ts";
import { type Gate, startGate } from "./gate.ts";
import { addPendingReport } from "./pending.ts";
import { describePending } from "./pending-workflows.ts";
import { startTestServers } from "./servers.ts";

export type Harness = {
  emulator: Emulator;
  /** The store `default`. The worker reaches it through `gate`, tests directly. */
  bucket: Bucket;
  gate: Gate;
  client: Client;
  recordings: Recordings;
  taskQueue: string;
  address: string;
  /** For a command or a worker in a process of its own, before the same servers. */
  variables: Record<string, string>;
  /** The input for a recording of the emulator's, quick enough for a test. */
  input: (recorded: Recorded, changes?: Partial<FinalizeInput>) => FinalizeInput;
};

/** Planted, so that tests can look for them where no secret belongs. */
export const SECRETS = { customerId: "planted-customer-id", customerSecret: "planted-customer-secret" };

/** Quick: many looks, and no time to wait for quiet. */
export const QUICK = {
  poll: {
    upload: { initialInterval: "100ms", backoffCoefficient: 1, maximumInterval: "100ms" },
    backup: { initialInterval: "100ms", backoffCoefficient: 1, maximumInterval: "100ms" },
    quiet: "0s",
  },
} as const;

export type HarnessOptions = { searchAttributes?: Config["searchAttributes"]; requestsPerSecond?: number };

/** One harness for a whole test file: `const harness = testHarness();`, and in a test `await harness()`. */
export function testHarness(options: HarnessOptions = {}): () => Promise<Harness> {
  const { requestsPerSecond = 1000 } = options;
  const cleanUp: (() => Promise<unknown>)[] = [];
  let starting: Promise<Harness> | undefined;
  after(async () => {
    await starting?.catch(() => undefined);
    for (const step of cleanUp.toReversed()) await step();
  });

  async function start(): Promise<Harness> {
    Runtime.install({ logger: new DefaultLogger("ERROR") });
    const servers = await startTestServers();
    cleanUp.push(() => servers.stop());
    const { temporal, s3 } = servers;
    const { address, namespace } = temporal;
    const name = `test-${randomUUID()}`;
    const settings = await s3.createBucket(name);
    const bucket = createS3Bucket(settings);
    const gate = await startGate(settings.endpoint);
    cleanUp.push(() => gate.close());
    const emulator = await startEmulator({ bucket, ...SECRETS });
    cleanUp.push(() => emulator.close());

    const connection = await NativeConnection.connect({ address });
    cleanUp.push(() => connection.close());
    const config: Config = {
      accounts: new Map([["default", { ...SECRETS, baseUrls: [emulator.url], requestsPerSecond }]]),
      stores: new Map([
        ["default", { ...settings, endpoint: gate.url }],
        ["away", { ...settings, endpoint: "http://127.0.0.1:1" }],
      ]),
      notificationSecrets: undefined,
      searchAttributes: options.searchAttributes ?? "auto",
    };
    const taskQueue = name;
    const { bundle } = await findWorkflowBundle(process.env["TAILSLATE_WORKFLOW_BUNDLE"]);
    const workers = await createWorkers({ connection, namespace, taskQueue, config, workflowBundle: bundle });
    const running = workers.run();
    cleanUp.push(async () => {
      workers.shutdown();
      await running;
    });

    const client = new Client({ connection: await Connection.connect({ address }), namespace });
    cleanUp.push(() => client.connection.close());
    const removeReport = addPendingReport(async () => describePending({ client, taskQueue, emulator }));
    cleanUp.push(async () => removeReport());
    const recordings = await connect({ client, taskQueue, stores: config.stores });
    const env = {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: namespace,
      TEMPORAL_TASK_QUEUE: taskQueue,
      ...storeEnvironment(settings),
    };
    return { emulator, bucket, gate, client, recordings, taskQueue, address, variables: env, input };
  }
  return () => (starting ??= start());
}

function input(recorded: Recorded, changes: Partial<FinalizeInput> = {}): FinalizeInput {
  return { recording: recorded, ...QUICK, ...changes };
}
