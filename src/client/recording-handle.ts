/** A caller's handle to one recording: to the newest run of its workflow. */
import { type Client, isGrpcServiceError, WorkflowFailedError } from "@temporalio/client";

import type { Bucket } from "../bucket/bucket.ts";
import {
  awaitStopped,
  cancel,
  forceStop,
  type Reason,
  requestForceStop,
  status,
  type Status,
} from "../contract/messages.ts";
import { workflowId } from "../contract/names.ts";
import type { FinalizeResult, ManifestReference } from "../contract/result.ts";
import type { StopReport } from "../contract/stop.ts";
import { TailslateError } from "../lib/tailslate-error.ts";
import { ownFailure } from "../contract/failures.ts";
import { readManifest, readManifestBytes } from "../manifest/read-manifest.ts";
import type { Manifest } from "../manifest/schema.ts";
import { look, progress, type RecordingLook, type RecordingProgress } from "./progress.ts";

export type RecordingHandle = {
  sid: string;
  workflowId: string;
  /** Whether a run existed before this call; its input is the one in use. */
  attached: boolean;
  /** Why the run before failed, which this call's run replaces: the failure's type, or `TimedOut`. Otherwise `null`. */
  earlierFailure: string | null;
  /** Resolves as soon as the result of the stop is known. Rejects as `result` does when the workflow ended without one. */
  stopped(): Promise<StopReport>;
  /** Live progress until the end: a new value for each change. Looks twice a second by default. */
  progress(options?: { everyMs?: number }): AsyncIterable<RecordingProgress>;
  /** All that is known now. Needs no running worker. */
  look(): Promise<RecordingLook>;
  /** The workflow's own state, now. Needs a running worker. */
  status(): Promise<Status>;
  /** Cancels the finalization. If the stop was not sent yet, the recording goes on and is billed. */
  cancel(reason?: string): Promise<void>;
  /** Stops now, or ends the wait now and verifies the present files. Rejects when there is nothing left to hurry. */
  forceStop(reason?: string): Promise<Status>;
  /**
   * Waits for the end. Rejects with our own `ApplicationFailure` (by `type`: `InputInvalid`, `StopRejected` …) when the
   * workflow failed, and with Temporal's `WorkflowFailedError` when it was cancelled or terminated.
   */
  result(): Promise<FinalizeResult>;
  /**
   * Waits for the end, then reads the manifest and checks it against its digest; `undefined` when there is no manifest.
   * Does not read the side file that holds more than 1,000 segments: `segments.sideFile` has its key in the same store, its
   * SHA-256 and its size, which can be trusted like the manifest. `tailslate verify` reads and checks it.
   */
  manifest(): Promise<Manifest | undefined>;
};

export type RecordingHandleOptions = Pick<RecordingHandle, "sid" | "attached" | "earlierFailure"> & {
  client: Client;
  buckets: ReadonlyMap<string, Bucket>;
};

export function createRecordingHandle(options: RecordingHandleOptions): RecordingHandle {
  const { client, sid, attached, earlierFailure, buckets } = options;
  const id = workflowId(sid);
  const handle = client.workflow.getHandle<() => Promise<FinalizeResult>>(id);
  const result = () => handle.result().catch(rethrowOwn);
  return {
    sid,
    workflowId: id,
    attached,
    earlierFailure,
    result,
    stopped: () => awaitStopReport(client, id),
    progress: ({ everyMs } = {}) => progress({ client, workflowId: id }, everyMs),
    look: () => look({ client, workflowId: id }),
    status: () => handle.query(status),
    cancel: (reason) => handle.signal(cancel, toReason(reason)),
    forceStop: (reason) => forceRecording(client, { id, reason }),
    async manifest() {
      const { manifest } = await result();
      return manifest === null ? undefined : loadManifest(buckets, manifest);
    },
  };
}

/** By the signal where other updates, of clients that are older, have taken all places. */
async function forceRecording(
  client: Client,
  { id, reason }: { id: string; reason?: string | undefined },
): Promise<Status> {
  const handle = client.workflow.getHandle(id);
  try {
    return await handle.executeUpdate(requestForceStop, { args: [toReason(reason)] });
  } catch (error) {
    if (!isResourceExhausted(error)) throw error;
    await handle.signal(forceStop, toReason(reason));
    return handle.query(status);
  }
}

function isResourceExhausted(error: unknown): boolean {
  const causes = [error, error instanceof Error ? error.cause : undefined];
  return causes.some((cause) => isGrpcServiceError(cause) && RESOURCE_EXHAUSTED.has(cause.code));
}

/** The number of gRPC's status. */
const RESOURCE_EXHAUSTED = new Set<number>([8]);

function toReason(reason: string | undefined): Reason {
  return reason === undefined ? {} : { reason };
}

/** One for all callers: Temporal allows ten updates at a time, and one that waits is not taken back. */
const AWAIT_STOPPED_ID = "await-stopped";

/** A closed run takes no update, but its result has the report. */
async function awaitStopReport(client: Client, id: string): Promise<StopReport> {
  const handle = client.workflow.getHandle<() => Promise<FinalizeResult>>(id);
  try {
    return await handle.executeUpdate(awaitStopped, { updateId: AWAIT_STOPPED_ID });
  } catch (error) {
    const { status: closed } = await handle.describe();
    if (closed.name === "RUNNING") throw error;
    return (await handle.result().catch(rethrowOwn)).stop;
  }
}

async function loadManifest(buckets: ReadonlyMap<string, Bucket>, reference: ManifestReference): Promise<Manifest> {
  const bucket = buckets.get(reference.store);
  if (!bucket) throw new TailslateError(`Cannot read the manifest: connect() was given no store "${reference.store}"`);
  const bytes = await readManifestBytes({ bucket, signal: AbortSignal.timeout(60_000) }, reference);
  return readManifest(bytes, reference.sha256);
}

function rethrowOwn(error: unknown): never {
  throw (error instanceof WorkflowFailedError && ownFailure(error)) || error;
}
