/**
 * The app backends' door: start or attach to the workflow that ends a recording, follow it, and read its manifest.
 * Runs on Node, Bun and Deno; no native module stands behind it.
 *
 *     const recordings = await connect();
 *     const recording = await recordings.finalize({ recording: { appId, resourceId, sid, mode: "mix", cname, uid } });
 *     await recording.stopped();
 *     const { outcome } = await recording.result();
 */
import { Client, WorkflowExecutionAlreadyStartedError, type WorkflowExecutionInfo } from "@temporalio/client";

import { openBucket } from "./bucket/open-bucket.ts";
import { type Config, ConfigError, loadConfig } from "./process/config.ts";
import {
  DEFAULT_TASK_QUEUE,
  type Outcome,
  type Phase,
  searchAttributes,
  WORKFLOW_TYPE,
  workflowId,
} from "./contract/result.ts";
import { assertInput, type FinalizeInput } from "./contract/input.ts";
import { openRecording, type Recording } from "./client/recording-handle.ts";
import { hasSearchAttributes } from "./process/search-attributes.ts";
import { staticCard } from "./client/static-details.ts";
import { openConnection } from "./process/temporal-connection.ts";

export type {
  FinalizeResult,
  ManifestReference,
  Outcome,
  Phase,
  Problem,
  Status,
  StopReport,
} from "./contract/result.ts";
export type { FinalizeInput } from "./contract/input.ts";
export type { Manifest } from "./manifest/schema.ts";
export type { RecordingLook, RecordingProgress } from "./client/progress.ts";
export type { Recording } from "./client/recording-handle.ts";
export { loadConfig };

/** As many as Temporal gives at once. */
const PAGE = 1000;

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

export type RecordingFilter = {
  /** These three need the search attributes. */
  phase?: Phase;
  outcome?: Outcome;
  channel?: string;
  /** Started at this moment or later. */
  since?: Date;
  /** Started before this moment. */
  until?: Date;
  /** Only those whose workflow still runs. */
  running?: boolean;
  /** At most so many. Default: all. */
  limit?: number;
};

export type ListedRecording = {
  sid: string;
  channel: string | undefined;
  /** As in the search attributes: a `Phase` and an `Outcome`. */
  phase: string | undefined;
  outcome: string | undefined;
  /** Temporal's status of the workflow: `RUNNING`, `COMPLETED`, `FAILED` … */
  status: string;
  startedAt: Date;
};

export type Recordings = {
  /**
   * Starts to end a recording, or attaches to the run that does it or did it: the input of an attached call is ignored
   * (`recording.attached`). Throws an `ApplicationFailure` of type `InputInvalid` before anything is sent.
   */
  finalize(input: FinalizeInput, options?: FinalizeOptions): Promise<Recording>;
  /** The recording's newest run. Asks nothing yet. */
  get(sid: string): Recording;
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
  const open = (sid: string, attached: boolean) => openRecording({ client, sid, attached, buckets });
  const wanted = options.searchAttributes ?? "auto";
  let known: Promise<boolean> | undefined;
  const attributes = () =>
    (known ??=
      wanted === "auto" ? hasSearchAttributes(client.connection, client.options.namespace) : Promise.resolve(wanted));

  return {
    get: (sid) => open(sid, true),
    list: (filter = {}) => list(client, filter),
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
          ...staticCard(input),
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

async function* list(client: Client, filter: RecordingFilter): AsyncIterable<ListedRecording> {
  const { limit = Infinity } = filter;
  const query = visibilityQuery(filter);
  let count = 0;
  try {
    for await (const found of client.workflow.list({ query, pageSize: Math.min(limit, PAGE) })) {
      if (++count > limit) return;
      yield listed(found);
    }
  } catch (error) {
    throw (await lacksAttributes(client, filter)) ? new ConfigError(withoutAttributes(client)) : error;
  }
}

function visibilityQuery({ phase, outcome, channel, since, until, running }: RecordingFilter): string {
  const conditions = [
    ["WorkflowType =", WORKFLOW_TYPE],
    ["RecordingPhase =", phase],
    ["RecordingOutcome =", outcome],
    ["RecordingChannel =", channel],
    ["StartTime >=", since?.toISOString()],
    ["StartTime <", until?.toISOString()],
    ["ExecutionStatus =", running === true ? "Running" : undefined],
  ];
  return conditions.flatMap(([is, value]) => (value === undefined ? [] : [`${is} '${quoted(value)}'`])).join(" AND ");
}

function listed({ workflowId: id, typedSearchAttributes, status, startTime }: WorkflowExecutionInfo): ListedRecording {
  return {
    sid: id.slice(workflowId("").length),
    channel: typedSearchAttributes.get(searchAttributes.channel),
    phase: typedSearchAttributes.get(searchAttributes.phase),
    outcome: typedSearchAttributes.get(searchAttributes.outcome),
    status: status.name,
    startedAt: startTime,
  };
}

async function lacksAttributes(client: Client, { phase, outcome, channel }: RecordingFilter): Promise<boolean> {
  if ((phase ?? outcome ?? channel) === undefined) return false;
  return !(await hasSearchAttributes(client.connection, client.options.namespace));
}

function withoutAttributes(client: Client): string {
  return `Cannot list by phase, outcome or channel: the namespace "${client.options.namespace}" lacks the search attributes, which "tailslate search-attributes" registers`;
}

/** For a string in Temporal's visibility query, which is SQL's. */
function quoted(value: string): string {
  return value.replaceAll("'", "''");
}
