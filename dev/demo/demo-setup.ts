/** Everything around one worker, started: real servers, the emulator in place of Agora, the worker as a process, a client. */
import { Client, Connection } from "@temporalio/client";

import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import { connect, type Recordings } from "../../src/client.ts";
import { type Emulator, startEmulator } from "../../src/emulator/emulator.ts";
import type { RuntimeName } from "../runtimes.ts";
import { storeEnvironment } from "../servers/s3-gateway.ts";
import { SEARCH_ATTRIBUTES, startServers } from "../servers/servers.ts";
import { startWorker } from "./worker-child.ts";

export type DemoSetup = {
  /** The worker's own line. */
  ready: string;
  /** The address of Temporal's UI, where the server is ours. */
  uiUrl: string | undefined;
  bucketName: string;
  emulator: Emulator;
  client: Client;
  recordings: Recordings;
};

const BUCKET = "recordings";
const ACCOUNT = { customerId: "demo", customerSecret: "demo-secret" };

/** Starts it all. What has started is pushed onto `closers`, also when something after it fails; close from the end. */
export async function startDemo(runtime: RuntimeName, closers: (() => Promise<unknown>)[]): Promise<DemoSetup> {
  const servers = await startServers({ ui: true, searchAttributes: SEARCH_ATTRIBUTES });
  closers.push(async () => servers.stop());
  const { temporal, s3 } = servers;
  const settings = await s3.createBucket(BUCKET);

  const emulator = await startEmulator({ bucket: createS3Bucket(settings), ...ACCOUNT });
  closers.push(async () => emulator.close());
  const worker = await startWorker(runtime, {
    TEMPORAL_ADDRESS: temporal.address,
    AGORA_CUSTOMER_ID: ACCOUNT.customerId,
    AGORA_CUSTOMER_SECRET: ACCOUNT.customerSecret,
    AGORA_BASE_URLS: emulator.url,
    ...storeEnvironment(settings),
  });
  closers.push(async () => worker.stop());

  const client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
  closers.push(async () => client.connection.close());
  const recordings = await connect({ client, stores: new Map([["default", settings]]) });
  return { ready: worker.ready, uiUrl: temporal.uiUrl, bucketName: BUCKET, emulator, client, recordings };
}
