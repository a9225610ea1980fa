/**
 * The app backends' entry point: start or attach to the workflow that ends a recording, follow it, and read its manifest.
 * Runs on Node, Bun and Deno, without native modules.
 *
 *     const recordings = await connect();
 *     const recording = await recordings.finalize({ recording: { appId, resourceId, sid, mode: "mix", cname, uid } });
 *     await recording.stopped();
 *     const { outcome } = await recording.result();
 */
import { Client, WorkflowExecutionAlreadyStartedError, type WorkflowStartOptions } from "@temporalio/client";

import { openBucket } from "./bucket/open-bucket.ts";
import { type Config, loadConfig } from "./process/config.ts";
import { DEFAULT_TASK_QUEUE, WORKFLOW_TYPE, workflowId } from "./contract/names.ts";
import type { Phase } from "./contract/phases.ts";
import { searchAttributes, toChannelAttribute } from "./contract/search-attributes.ts";
import { type FinalizeInput, type ResolvedInput, resolveInput } from "./contract/input.ts";
import { type ListedRecording, listRecordings, type RecordingFilter } from "./client/list-recordings.ts";
import { classifyEarlierRun, NotStopped, STOP_WORKED, wasStopped } from "./client/earlier-run.ts";
import { createRecordingHandle, type RecordingHandle } from "./client/recording-handle.ts";
import { hasSearchAttributes } from "./process/search-attributes.ts";
import { staticDetails } from "./client/static-details.ts";
import { openConnection } from "./process/temporal-connection.ts";

export type { Status } from "./contract/messages.ts";
export type { Phase } from "./contract/phases.ts";
export type { Problem } from "./contract/problem.ts";
export type { FinalizeResult, ManifestReference, Outcome } from "./contract/result.ts";
export type { StopReport } from "./contract/stop.ts";
export type { FinalizeInput } from "./contract/input.ts";
export type { Manifest } from "./manifest/schema.ts";
export type { RecordingLook, RecordingProgress } from "./client/progress.ts";
export type { StoreFailure } from "./client/store-failure.ts";
export type { RecordingHandle as Recording } from "./client/recording-handle.ts";
export type { ListedRecording, RecordingFilter } from "./client/list-recordings.ts";
export { loadConfig, NotStopped };

export type ConnectOptions = {
  /** Your own client, which `close` leaves open. Default: one made by `@temporalio/envconfig`. */
  client?: Client;
  /** The workers' task queue. Default: `tailslate`. */
  taskQueue?: string;
  /** Default `auto`: asks the namespace once, at the first start. */
  searchAttributes?: "auto" | boolean;
  /** Where manifests can be read, by the workers' names: `loadConfig(process.env).stores`. Only `manifest()` needs it. */
  stores?: Config["stores"];
};

export type FinalizeOptions = {
  /**
   * Run again although this recording was finished before, to verify late files. Sends no stop when the last run's was
   * accepted or the recording had ended, unless the input names a `stop.method`.
   */
  rerun?: boolean;
};

export type Recordings = {
  /**
   * Starts to end a recording, or attaches to the run that does it or did it: the input of an attached call is ignored
   * (`recording.attached`). After a run that failed or timed out it starts a new one. Throws an `ApplicationFailure` of type
   * `InputInvalid` before anything is sent, and `NotStopped` when the last run was given up before a stop took effect.
   */
  finalize(input: FinalizeInput, options?: FinalizeOptions): Promise<RecordingHandle>;
  /** The recording's newest run. Sends nothing yet. */
  get(sid: string): RecordingHandle;
  /**
   * Running recordings, the newest first, then ended ones, the last to end first. Throws a `ConfigError` when the filter needs
   * search attributes that the namespace lacks.
   */
  list(filter?: RecordingFilter): AsyncIterable<ListedRecording>;
  close(): Promise<void>;
};

/** Connects to Temporal: with `@temporalio/envconfig` (environment, profiles, TLS, API key), or with your own client. */
export async function connect(options: ConnectOptions = {}): Promise<Recordings> {
  const client = options.client ?? (await connectFromEnvironment());
  const buckets = new Map([...(options.stores ?? [])].map(([name, settings]) => [name, openBucket(settings)]));
  const open = (sid: string, facts: { attached: boolean; earlierFailure?: string }) =>
    createRecordingHandle({ client, sid, buckets, earlierFailure: null, ...facts });
  const wanted = options.searchAttributes ?? "auto";
  let registered: Promise<boolean> | undefined;
  const isRegistered = () =>
    (registered ??=
      wanted === "auto" ? hasSearchAttributes(client.connection, client.options.namespace) : Promise.resolve(wanted));

  return {
    get: (sid) => open(sid, { attached: true }),
    list: (filter = {}) => listRecordings(client, filter),
    close: async () => (options.client ? undefined : client.connection.close()),
    async finalize(input, { rerun = false } = {}) {
      const { sid } = resolveInput(input, true).recording;
      const start = async (args: FinalizeInput, policy: Policy) => {
        const resolved = resolveInput(args, true); // whether there is a default store, only a worker knows
        return startUnlessPresent(client, {
          args: [args],
          workflowId: workflowId(sid),
          taskQueue: options.taskQueue ?? DEFAULT_TASK_QUEUE,
          workflowIdConflictPolicy: "FAIL",
          workflowIdReusePolicy: policy,
          ...staticDetails(resolved),
          ...(args !== input && { memo: STOP_WORKED }),
          ...((await isRegistered()) && { typedSearchAttributes: initialAttributes(resolved) }),
        });
      };
      if (rerun) {
        const mayOmitStop = input.stop?.method === undefined && (await wasStopped(client, sid));
        const started = await start(mayOmitStop ? { ...input, stop: { method: "none" } } : input, "ALLOW_DUPLICATE");
        return open(sid, { attached: !started });
      }
      if (await start(input, "REJECT_DUPLICATE")) return open(sid, { attached: false });
      const earlier = await classifyEarlierRun(client, sid);
      if (earlier.kind === "not-stopped") throw new NotStopped(sid, earlier.end);
      if (earlier.kind === "attach" || !(await start(input, "ALLOW_DUPLICATE_FAILED_ONLY")))
        return open(sid, { attached: true });
      return open(sid, { attached: false, earlierFailure: earlier.failure });
    },
  };
}

type Policy = "ALLOW_DUPLICATE" | "ALLOW_DUPLICATE_FAILED_ONLY" | "REJECT_DUPLICATE";

/** Returns `false` when there is a run that the policy leaves in place. */
async function startUnlessPresent(client: Client, options: WorkflowStartOptions): Promise<boolean> {
  try {
    await client.workflow.start(WORKFLOW_TYPE, options);
    return true;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return false;
    throw error;
  }
}

function initialAttributes({ recording, stop }: ResolvedInput) {
  const phase: Phase = stop.at === undefined ? "stopping" : "scheduled";
  return [
    { key: searchAttributes.sid, value: recording.sid },
    { key: searchAttributes.channel, value: toChannelAttribute(recording.cname) },
    { key: searchAttributes.phase, value: phase },
  ];
}

async function connectFromEnvironment(): Promise<Client> {
  return new Client(await openConnection());
}
