/** What a look compares the bucket with, and the failure when the store fails. */
import type { ApplicationFailure } from "@temporalio/common";

import { BucketError } from "../bucket/bucket.ts";
import type { AgoraEvidence } from "../contract/evidence.ts";
import { failure, type FailureOptions } from "../contract/failures.ts";
import type { ResolvedInput } from "../contract/input.ts";
import type { Expectation, Inventory, StoreReader } from "../recording/types.ts";
import { inspectRecording, type InspectRequest } from "../inventory/inspect.ts";
import type { AgoraFiles } from "./agora-files.ts";
import type { Clock } from "./retry-delay.ts";

export type Files = NonNullable<ResolvedInput["files"]>;

/** The place of the files. The workflow calls no activity that needs it when the input names none. */
export function requireFiles({ files }: ResolvedInput): Files {
  if (files) return files;
  throw failure("InputInvalid", "Cannot look for the files: files is null");
}

export function buildExpectation(
  input: ResolvedInput,
  { named, isFinal, nothingRecorded }: Omit<AgoraFiles, "reported" | "isCut">,
): Expectation {
  const { sid, cname, mode } = input.recording;
  const { prefix, expect, uids, tracks = [] } = requireFiles(input);
  // When Agora recorded nothing, nothing is demanded; files that are there all the same count.
  const demanded = nothingRecorded ? { expect: [], uids: [] } : { expect, uids, tracks };
  return { sid, cname, mode, prefix, named, namedIsFinal: isFinal, ...demanded };
}

/** How long the session may still live. A stop that may never have reached Agora lets it live until something proves its end. */
export function computeSessionLeft({ stop, sessionEndsAt }: AgoraEvidence, clock: Clock): number | "unproven" {
  if (sessionEndsAt === null) return 0;
  return stop.status === "unconfirmed" ? "unproven" : Math.max(0, Date.parse(sessionEndsAt) - clock());
}

type Inspection = StoreReader & InspectRequest;

/** Looks into the bucket once. Throws a `BucketError` when the store fails, or takes longer than `limitMs`. */
export async function inspectWithin(limitMs: number, { bucket, signal, ...request }: Inspection): Promise<Inventory> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    return await inspectRecording({ bucket, signal: AbortSignal.any([signal, limit]) }, request);
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted) throw error;
    throw new BucketError(`Cannot look into the bucket "${bucket.name}": it took longer than ${limitMs / 1000} s`, {
      kind: "unavailable",
      cause: error,
    });
  }
}

/** The failure of an attempt that the store failed. Rethrows anything that is not the store's. */
export function toStoreFailure(
  error: unknown,
  options: Pick<FailureOptions, "details" | "retryInMs"> = {},
): ApplicationFailure {
  const isTimeout = error instanceof DOMException && error.name === "TimeoutError";
  if (!(error instanceof BucketError) && !isTimeout) throw error;
  return failure(
    "StoreUnavailable",
    isTimeout ? "Cannot write to the store: it took too long" : error.message,
    options,
  );
}
