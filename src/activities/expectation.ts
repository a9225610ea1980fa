/** What a look at the bucket is held against, and what it leads to when the store fails. */
import type { AgoraFiles } from "./named-files.ts";
import { type Bucket, BucketError } from "../bucket/bucket.ts";
import type { Evidence } from "../contract/evidence.ts";
import { failure } from "../contract/failures.ts";
import type { ResolvedInput } from "../contract/input.ts";
import type { Expectation, Inventory } from "../recording/types.ts";
import { inspectRecording, type InspectOptions } from "../inventory/inspect.ts";
import type { Clock } from "./retry-delay.ts";

export type Files = NonNullable<ResolvedInput["files"]>;

/** What Agora said of the files, as far as it changes what is expected. */
export type Said = Pick<AgoraFiles, "named" | "isFinal"> & { nothingRecorded: boolean };

/** Where the workflow looks for files. Only called where the input names a place. */
export function requireFiles({ files }: ResolvedInput): Files {
  if (files) return files;
  throw failure("InputInvalid", "Cannot look for the files: files is null");
}

export function buildExpectation(
  { recording }: ResolvedInput,
  { prefix, expect, uids }: Files,
  { named, isFinal, nothingRecorded }: Said,
): Expectation {
  const { sid, cname, mode } = recording;
  // When Agora has recorded nothing, nothing that the caller hoped for is demanded; what is there all the same counts.
  const demanded = nothingRecorded ? { expect: [], uids: [] } : { expect, uids };
  return { sid, cname, mode, prefix, named, namedIsFinal: isFinal, ...demanded };
}

/** How much longer the session may live, in milliseconds. */
export function sessionEndsInMs({ sessionOverAt }: Evidence, clock: Clock): number {
  return sessionOverAt === null ? 0 : Math.max(0, Date.parse(sessionOverAt) - clock());
}

/** Looks into the bucket once. Throws a `BucketError` when the store fails, or takes longer than `limitMs`. */
export async function inspectWithin(
  bucket: Bucket,
  expectation: Expectation,
  { signal, limitMs, ...options }: InspectOptions & { limitMs: number },
): Promise<Inventory> {
  const limit = AbortSignal.timeout(limitMs);
  try {
    return await inspectRecording(bucket, expectation, { ...options, signal: AbortSignal.any([signal, limit]) });
  } catch (error) {
    signal.throwIfAborted();
    if (!limit.aborted) throw error;
    throw new BucketError(`Cannot look into the bucket "${bucket.name}": it took longer than ${limitMs / 1000} s`, {
      kind: "unavailable",
      cause: error,
    });
  }
}

/** The failure of an attempt that the store did not let through. Anything that is not the store's is thrown as it is. */
export function storeFailure(error: unknown, { details, retryInMs }: { details?: object; retryInMs?: number }): Error {
  const tooSlow = error instanceof DOMException && error.name === "TimeoutError";
  if (!(error instanceof BucketError) && !tooSlow) throw error;
  const message = tooSlow ? "Cannot write to the store: it took too long" : error.message;
  return failure("StoreUnavailable", message, {
    ...(details && { details }),
    ...(retryInMs !== undefined && { retryInMs }),
  });
}
