/** The few repetitions of one request. */
import { setTimeout as delay } from "node:timers/promises";

import { BucketError } from "../bucket.ts";
import type { RequestLimits } from "./protocol.ts";
import type { StoreCall } from "./request.ts";

const LIMITS: RequestLimits = { headersMs: 15_000, idleMs: 15_000, delaysMs: [200, 800, 2500] };

/** The longest time that a store may ask for: what takes longer is the next attempt's. */
const MAX_RETRY_AFTER_MS = 10_000;

/** A failure that the same request may not meet again. */
export class TransientError extends BucketError {
  /** How long the store asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, facts: { status?: number; code?: string; retryAfterMs?: number | undefined }) {
    super(message, { ...facts, kind: "unavailable" });
    this.retryAfterMs = facts.retryAfterMs;
  }
}

export function getLimits({ protocol }: StoreCall): RequestLimits {
  return protocol.limits ?? LIMITS;
}

/** Acts until an attempt succeeds, fails for good, or was the last one. */
export async function retry<T>(call: StoreCall, act: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await act();
    } catch (error) {
      if (!(await pauseAfter(call, { error, failures }))) throw error;
    }
  }
}

/** Waits before the repetition that is due after this many earlier failures. Gives `false` where none is. */
export async function pauseAfter(
  call: StoreCall,
  { error, failures }: { error: unknown; failures: number },
): Promise<boolean> {
  const delayMs = getLimits(call).delaysMs[failures];
  if (!(error instanceof TransientError) || delayMs === undefined) return false;
  // Up to half of it is chance, so that many requests do not return together.
  const pauseMs = error.retryAfterMs ?? delayMs * (1 - Math.random() / 2);
  await delay(Math.min(pauseMs, MAX_RETRY_AFTER_MS), undefined, { signal: call.signal }).catch(() => undefined);
  call.signal.throwIfAborted();
  return true;
}

/** The time that `Retry-After` asks for, by the clock of the answer. */
export function parseRetryAfter(headers: { get(name: string): string | null }): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const waitMs = Date.parse(value) - Date.parse(headers.get("date") ?? "");
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}
