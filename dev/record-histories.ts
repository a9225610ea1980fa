/**
 * Records the histories that `test/e2e/replay.test.ts` replays, `test/histories/<runtime>-<case>.json`: runs that a worker on
 * real servers brought to their end. `node dev/record-histories.ts` records them on Node, Bun and Deno, one after the other;
 * the name of a runtime behind it says that this process runs on it and records for it alone.
 *
 * To be run again whenever the workflow changes on purpose and no older run has to be carried on; else the new code needs
 * `patched`, which is what the replay test demands.
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Client, Connection, type WorkflowHandle } from "@temporalio/client";
import { DefaultLogger, NativeConnection, Runtime } from "@temporalio/worker";

import { createS3Bucket } from "../src/bucket/s3/s3.ts";
import { connect, type FinalizeInput, type Phase } from "../src/client.ts";
import { agoraNotification } from "../src/contract/messages.ts";
import { WORKFLOW_TYPE, workflowId } from "../src/contract/names.ts";
import { searchAttributes } from "../src/contract/search-attributes.ts";
import { type Emulator, startEmulator } from "../src/emulator/emulator.ts";
import type { Scenario, ScenarioName, ScriptedAnswer } from "../src/emulator/scenarios.ts";
import type { RecordingHandle } from "../src/client/recording-handle.ts";
import { findWorkflowBundle } from "../src/worker/workflow-bundle.ts";
import { createWorkers } from "../src/worker/workers.ts";
import { startServers } from "./servers/servers.ts";
import { findTemporalCli } from "./servers/temporal-server.ts";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const HISTORIES = new URL("../test/histories/", import.meta.url);

const COMMANDS: Record<string, [path: string, ...args: string[]]> = {
  node: ["node"],
  bun: ["bun"],
  deno: ["deno", "run", "--allow-all", "--node-modules-dir=manual"],
};

type HistoryCase = {
  scenario: ScenarioName | Partial<Scenario>;
  changes?: () => Partial<FinalizeInput>;
  /** What an operator does in this phase. */
  meanwhile?: { phase: Phase; act: (recording: RecordingHandle, handle: WorkflowHandle) => Promise<unknown> };
};

const SYNC = { stop: { method: "sync" } } as const;
const interval = { initialInterval: "100ms", maximumInterval: "500ms" };
const QUICK = { poll: { upload: interval, backup: interval, quiet: "0s" } };

const SOON = { ...SYNC, timeouts: { upload: "1s", backup: "1s" } } as const;
const LATER = { stop: { method: "sync", at: "2100-01-01T00:00:00Z" } } as const;
const OUTAGE: ScriptedAnswer[] = Array.from({ length: 9 }, () => ({ status: 503, body: "out of order" }));
const NOTICE = { notifyMs: 0, sequence: 0, sid: "", details: {} };
const MOVED = { ...NOTICE, noticeId: "moved", eventType: 32 };
const ENDED = { ...NOTICE, noticeId: "ended", eventType: 11 };

/** By the name of the history: every outcome, every way to interfere, and, as `open-…`, a run that is left in each phase. */
const HISTORY_CASES: Record<string, HistoryCase> = {
  verified: { scenario: "plain" },
  backup: { scenario: "backuped", changes: () => SYNC },
  "lost-segment": { scenario: "lost", changes: () => SOON },
  damaged: { scenario: "damaged-segment", changes: () => ({ ...SYNC, verification: "probe" }) },
  lost: { scenario: "backuped-nothing", changes: () => SOON },
  "not-found": { scenario: "nothing-uploaded", changes: () => ({ timeouts: { upload: "4s", backup: "4s" } }) },
  empty: { scenario: "nothing-recorded" },
  unverified: { scenario: "plain", changes: () => ({ files: null }) },
  unconfirmed: {
    scenario: { stop: OUTAGE },
    changes: () => ({ timeouts: { stop: "2s", upload: "1s", backup: "1s" } }),
  },
  rejected: { scenario: { stop: [{ status: 400, body: { code: 2, reason: "wrong" } }] } },
  scheduled: {
    scenario: "plain",
    changes: () => ({ ...SYNC, stop: { method: "sync", at: new Date(Date.now() + 2000).toISOString() } }),
  },
  forced: during("uploading", { scenario: "lost" }, (recording) => recording.forceStop("The archive is needed now")),
  cancelled: during("uploading", { scenario: "lost" }, (recording) => recording.cancel("Recorded by mistake")),
  canceled: during("uploading", { scenario: "lost" }, (_, handle) => handle.cancel()),
  notified: during("scheduled", { scenario: "plain", changes: () => LATER }, (_, handle) =>
    handle.signal(agoraNotification, ENDED),
  ),
  "open-scheduled": during("scheduled", { scenario: "plain", changes: () => LATER }, abandon),
  "open-stopping": during("stopping", { scenario: { stop: OUTAGE } }, abandon),
  "open-uploading": during("uploading", { scenario: "lost" }, abandon),
  "open-backup": during("uploading", { scenario: "lost" }, async (recording, handle) => {
    await handle.signal(agoraNotification, MOVED);
    await untilIn("backup", recording);
    await abandon(recording, handle);
  }),
  "open-verifying": during(
    "verifying",
    { scenario: "plain", changes: () => ({ manifest: { store: "away" } }) },
    abandon,
  ),
};

function during(
  phase: Phase,
  historyCase: HistoryCase,
  act: (recording: RecordingHandle, handle: WorkflowHandle) => Promise<unknown>,
): HistoryCase {
  return { ...historyCase, meanwhile: { phase, act } };
}

/** Leaves the run where it is: what it has lived through ends here. */
async function abandon(_: RecordingHandle, handle: WorkflowHandle): Promise<void> {
  await handle.terminate();
}

const [here] = process.argv.slice(2);
await (here === undefined ? recordEverywhere() : recordHere(here));

async function recordEverywhere(): Promise<void> {
  for (const [name, [path, ...args]] of Object.entries(COMMANDS)) {
    const { stdout } = await run(path, [...args, fileURLToPath(import.meta.url), name]);
    process.stdout.write(stdout);
  }
}

async function recordHere(runtime: string): Promise<void> {
  const cleanUp: (() => Promise<unknown>)[] = [];
  try {
    const setup = await setUp(cleanUp);
    await mkdir(HISTORIES, { recursive: true });
    const ids = { ...(await runCases(setup)), "invalid-input": await startInvalid(setup) };
    for (const [name, id] of Object.entries(ids)) {
      const json = await history(setup.address, id);
      await writeFile(new URL(`${runtime}-${name}.json`, HISTORIES), `${json}\n`);
      process.stdout.write(`${runtime}-${name}.json: ${json.length} bytes\n`);
    }
  } finally {
    for (const step of cleanUp.toReversed()) await step();
  }
}

type HistorySetup = { client: Client; emulator: Emulator; address: string; taskQueue: string };

/** Servers, emulator, worker and client. What has to be ended is added to `cleanUp`. */
async function setUp(cleanUp: (() => Promise<unknown>)[]): Promise<HistorySetup> {
  Runtime.install({ logger: new DefaultLogger("ERROR") });
  const attributes = Object.values(searchAttributes).map(({ name }) => [name, "Keyword"]);
  const servers = await startServers({ searchAttributes: Object.fromEntries(attributes) });
  cleanUp.push(() => servers.stop());
  const { temporal, s3 } = servers;
  const { address, namespace } = temporal;
  const store = await s3.createBucket("recordings");
  const account = { customerId: "id", customerSecret: randomUUID() };
  const emulator = await startEmulator({ bucket: createS3Bucket(store), ...account });
  cleanUp.push(() => emulator.close());

  const connection = await NativeConnection.connect({ address });
  cleanUp.push(() => connection.close());
  const config = {
    accounts: new Map([["default", { ...account, baseUrls: [emulator.url], requestsPerSecond: 100 }]]),
    stores: new Map([
      ["default", store],
      ["away", { ...store, endpoint: "http://127.0.0.1:1" }],
    ]),
    notificationSecrets: undefined,
    searchAttributes: true,
  };
  const taskQueue = "histories";
  const { bundle: workflowBundle } = await findWorkflowBundle(process.env["TAILSLATE_WORKFLOW_BUNDLE"]);
  const workers = await createWorkers({ connection, namespace, taskQueue, config, workflowBundle });
  const running = workers.run();
  cleanUp.push(async () => {
    workers.shutdown();
    await running;
  });
  const client = new Client({ connection: await Connection.connect({ address }), namespace });
  cleanUp.push(() => client.connection.close());
  return { client, emulator, address, taskQueue };
}

/** Runs all cases at once. Returns the id of each workflow by the name of its case. */
async function runCases({ client, emulator, taskQueue }: HistorySetup): Promise<Record<string, string>> {
  const recordings = await connect({ client, taskQueue });
  const started = Object.entries(HISTORY_CASES).map(async ([name, { scenario, changes, meanwhile }]) => {
    const recorded = await emulator.record({ scenario });
    const recording = await recordings.finalize({ recording: recorded, ...QUICK, ...changes?.() });
    if (meanwhile) {
      await untilIn(meanwhile.phase, recording);
      await meanwhile.act(recording, client.workflow.getHandle(recording.workflowId));
    }
    await recording.result().catch(() => undefined); // some must fail
    return [name, recording.workflowId];
  });
  return Object.fromEntries(await Promise.all(started));
}

async function untilIn(wanted: Phase, recording: RecordingHandle): Promise<void> {
  for await (const { phase, nextLookAt } of recording.progress()) {
    // A workflow begins as `stopping`, before it has scheduled its stop: wait until a first one has failed.
    if (phase === wanted && (phase !== "stopping" || nextLookAt !== null)) return;
  }
  throw new Error(`Cannot record ${recording.workflowId}: it ended before it was ${wanted}`);
}

/** Our client would refuse it; another SDK may not. */
async function startInvalid({ client, taskQueue }: HistorySetup): Promise<string> {
  const id = workflowId(randomUUID());
  const started = await client.workflow.start(WORKFLOW_TYPE, { args: [{}], workflowId: id, taskQueue });
  await started.result().catch(() => undefined);
  return id;
}

/** A run's history as the Temporal CLI shows it, in one line and without anything of this machine. */
async function history(address: string, id: string): Promise<string> {
  const args = ["workflow", "show", "--address", address, "--workflow-id", id, "--output", "json"];
  const { stdout } = await run(await findTemporalCli(), args, { maxBuffer: 16 * 1024 * 1024 });
  const json = JSON.stringify(JSON.parse(stdout, anonymize));
  const leaked = [`@${hostname()}`, ROOT, "file://"].find((trace) => json.includes(trace));
  if (leaked !== undefined) throw new Error(`Cannot record ${id}: its history shows "${leaked}"`);
  return json;
}

/** Leaves out who polled and where code lay: a replay needs neither. */
function anonymize(key: string, value: unknown): unknown {
  if (key === "identity" || key === "stackTrace") return undefined;
  if (isStickyQueue(value)) return { ...value, name: "sticky" };
  return value;
}

function isStickyQueue(value: unknown): value is object {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "TASK_QUEUE_KIND_STICKY";
}
