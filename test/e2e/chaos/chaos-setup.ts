/** Everything that a run needs: a store, Agora's emulator, Temporal on a database, the workers, and a client. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Client, Connection } from "@temporalio/client";

import { startS3Gateway, storeEnvironment } from "../../../dev/servers/s3-gateway.ts";
import type { RuntimeName } from "../../../dev/runtimes.ts";
import type { Bucket } from "../../../src/bucket/bucket.ts";
import { createS3Bucket } from "../../../src/bucket/s3/s3.ts";
import { connect, type Recordings } from "../../../src/client.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import { startTemporal, type Temporal } from "./temporal.ts";
import { createTrouble, type Trouble } from "./trouble.ts";

export type ChaosSetup = {
  emulator: Emulator;
  bucket: Bucket;
  /** Every key that the emulator has written. */
  recordedKeys: ReadonlySet<string>;
  temporal: Temporal;
  trouble: Trouble;
  fleet: Fleet;
  client: Client;
  recordings: Recordings;
};

export type ChaosOptions = { runtime: RuntimeName; workers: number; dice: number[] };

const ACCOUNT = { customerId: "chaos", customerSecret: "chaos-secret" };

/** Starts it all. What has started is pushed onto `closers`, also when something after it fails; close from the end. */
export async function startChaos(
  { runtime, workers, dice }: ChaosOptions,
  closers: (() => Promise<unknown>)[],
): Promise<ChaosSetup> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-chaos-"));
  closers.push(() => rm(folder, { recursive: true }));
  const s3 = await startS3Gateway();
  closers.push(() => s3.stop());
  const settings = await s3.createBucket(`chaos-${randomUUID()}`);
  const bucket = createS3Bucket(settings);
  const recordedKeys = new Set<string>();
  const put: Bucket["put"] = async (key, ...rest) => {
    recordedKeys.add(key);
    return bucket.put(key, ...rest);
  };
  const emulator = await startEmulator({ bucket: { ...bucket, put }, ...ACCOUNT });
  closers.push(() => emulator.close());
  const temporal = await startTemporal(folder);
  closers.push(() => temporal.stop());

  const trouble = createTrouble(dice);
  const env = {
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: "default",
    AGORA_CUSTOMER_ID: ACCOUNT.customerId,
    AGORA_CUSTOMER_SECRET: ACCOUNT.customerSecret,
    ...storeEnvironment(settings),
  };
  const services = { store: settings.endpoint, agora: emulator.url };
  const fleet = await startFleet({ size: workers, runtime, folder, temporal, trouble, services, env });
  closers.push(() => fleet.close());

  const client = new Client({ connection: await Connection.connect({ address: temporal.address }) });
  closers.push(() => client.connection.close());
  const recordings = await connect({ client, searchAttributes: true, stores: new Map([["default", settings]]) });
  return { emulator, bucket, recordedKeys, temporal, trouble, fleet, client, recordings };
}
