/** Why a look at the store failed, read from our own message: it names the store's HTTP status and its error code, nothing else of it. */
import type { ownFailure } from "../contract/failures.ts";

export type StoreFailure = {
  /** In our words, as `Cannot list bucket "videos": the store answered 403 AccessDenied`. */
  message: string;
  /** The HTTP status; `null` where the store gave no answer that we could read. */
  status: number | null;
  /** The store's error code, where it gave one. */
  code: string | null;
  /** The first failed look that is known: it may have begun earlier. ISO 8601, UTC. */
  since: string | null;
};

const ANSWERED = /: the store answered (\d{3})(?: ([A-Za-z0-9.]+))?/;

export function readStoreFailure(failed: ReturnType<typeof ownFailure>, since: string | null): StoreFailure | null {
  if (failed?.type !== "StoreUnavailable") return null;
  const [, status, code] = ANSWERED.exec(failed.message) ?? [];
  return { message: failed.message, status: status === undefined ? null : Number(status), code: code ?? null, since };
}

/** For a place that says what a recording waits for. */
export function describeStoreFailure({ message, status, code }: StoreFailure): string {
  const answer = [status, code].filter((part) => part !== null).join(" ");
  return answer === "" ? `the store (${message})` : `the store, which answers ${answer}`;
}
