/**
 * The app backends' door: start or attach to the workflow that ends a recording, follow it, and read its manifest.
 * Runs on Node, Bun and Deno; no native module stands behind it.
 *
 *     const recordings = await connect();
 *     const recording = await recordings.finalize({ recording: { appId, resourceId, sid, mode: "mix", cname, uid } });
 *     await recording.stopped();
 *     const { outcome } = await recording.result();
 */
import { Client, WorkflowExecutionAlreadyStartedError } from "@temporalio/client";

import { openBucket } from "./bucket/open-bucket.ts";
import { type Config, loadConfig } from "./process/config.ts";
import { DEFAULT_TASK_QUEUE, WORKFLOW_TYPE, workflowId } from "./contract/names.ts";
import type { Phase } from "./contract/phases.ts";
import { searchAttributes } from "./contract/search-attributes.ts";
import { assertInput, type FinalizeInput } from "./contract/input.ts";
import { type ListedRecording, listRecordings, type RecordingFilter } from "./client/list-recordings.ts";
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
export type { RecordingHandle as Recording } from "./client/recording-handle.ts";
export type { ListedRecording, RecordingFilter } from "./client/list-recordings.ts";
export { loadConfig };

export type ConnectOptions = {
  /** A client of your own; it is not closed with ours. Default: one made by `@temporalio/envconfig`. */
  client?: Client;
  /** The workers' task queue. Default: `tailslate`. */
  taskQueue?: string;
  /** Default `auto`: asks the namespace once, at the first start. */
  searchAttributes?: "auto" | boolean;
  /** Where manifests can be read, by the workers' names: `loadConfig(process.env).stores`. Only `manifest()` needs it. */
  stores?: Config["stores"];
};

export type FinalizeOptions = {
  /** Run again although this recording was finished before, to verify files that came late. */
  rerun?: boolean;
};

export type Recordings = {
  /**
   * Starts to end a recording, or attaches to the run that does it or did it: the input of an attached call is ignored
   * (`recording.attached`). Throws an `ApplicationFailure` of type `InputInvalid` before anything is sent.
   */
  finalize(input: FinalizeInput, options?: FinalizeOptions): Promise<RecordingHandle>;
  /** The recording's newest run. Asks nothing yet. */
  get(sid: string): RecordingHandle;
  /**
   * Recordings: those that run, the newest first, then the last to have ended. Throws a `ConfigError` when the filter needs search attributes that the namespace lacks.
   */
  list(filter?: RecordingFilter): AsyncIterable<ListedRecording>;
  close(): Promise<void>;
};

/** Connects to Temporal: with `@temporalio/envconfig` (environment, profiles, TLS, API key), or with your own client. */
export async function connect(options: ConnectOptions = {}): Promise<Recordings> {
  const client = options.client ?? (await connectFromEnvironment());
  const buckets = new Map([...(options.stores ?? [])].map(([name, settings]) => [name, openBucket(settings)]));
  const open = (sid: string, attached: boolean) => createRecordingHandle({ client, sid, attached, buckets });
  const wanted = options.searchAttributes ?? "auto";
  let known: Promise<boolean> | undefined;
  const attributes = () =>
    (known ??=
      wanted === "auto" ? hasSearchAttributes(client.connection, client.options.namespace) : Promise.resolve(wanted));

  return {
    get: (sid) => open(sid, true),
    list: (filter = {}) => listRecordings(client, filter),
    close: async () => (options.client ? undefined : client.connection.close()),
    async finalize(input, { rerun = false } = {}) {
      assertInput(input);
      const { sid, cname } = input.recording;
      const phase: Phase = input.stop?.at === undefined ? "stopping" : "scheduled";
      try {
        await client.workflow.start(WORKFLOW_TYPE, {
          args: [input],
          workflowId: workflowId(sid),
          taskQueue: options.taskQueue ?? DEFAULT_TASK_QUEUE,
          workflowIdConflictPolicy: "FAIL",
          workflowIdReusePolicy: rerun ? "ALLOW_DUPLICATE" : "REJECT_DUPLICATE",
          ...staticDetails(input),
          ...((await attributes()) && {
            typedSearchAttributes: [
              { key: searchAttributes.sid, value: sid },
              { key: searchAttributes.channel, value: cname },
              { key: searchAttributes.phase, value: phase },
            ],
          }),
        });
        return open(sid, false);
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError) return open(sid, true);
        throw error;
      }
    },
  };
}

async function connectFromEnvironment(): Promise<Client> {
  return new Client(await openConnection());
}
