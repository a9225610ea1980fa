/**
 * What one check of `tailslate doctor` found, and the frame in which each check runs: with a time limit, and with a remedy
 * for whatever goes wrong inside. A result quotes our own words only, for a server's may hold keys and signatures.
 */
import { BucketError } from "../bucket/bucket.ts";
import { ConfigError } from "../process/config-error.ts";

export type CheckOutcome =
  | { status: "ok" | "skipped"; found: string; remedy: null }
  | { status: "warning" | "wrong"; found: string; remedy: string };

/** `check` is the same in every run with the same configuration. */
export type CheckResult = { check: string } & CheckOutcome;

export type Check = {
  check: string;
  /** What to do when it throws or does not answer in time. */
  remedy: string;
  /** Gives up at the signal; one that cannot is left behind. */
  run: (signal: AbortSignal) => CheckOutcome | Promise<CheckOutcome>;
};

/** Longer than our own clients of Temporal and Agora wait for a first answer. */
export const LIMIT_MS = 10_000;

/** Runs a check. Never rejects: an error is a result too. */
export async function runCheck({ check, remedy, run }: Check): Promise<CheckResult> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const expired = new Promise<never>((_resolve, reject) => {
    limit.addEventListener("abort", () => reject(limit.reason), { once: true });
  });
  try {
    return { check, ...(await Promise.race([run(limit), expired])) };
  } catch (error) {
    return { check, ...fromError(error, remedy) };
  }
}

export function ok(found: string): CheckOutcome {
  return { status: "ok", found, remedy: null };
}

export function warning(found: string, remedy: string): CheckOutcome {
  return { status: "warning", found, remedy };
}

export function wrong(found: string, remedy: string): CheckOutcome {
  return { status: "wrong", found, remedy };
}

/** The check was not run; `because` says why. */
export function skipped(because: string): CheckOutcome {
  return { status: "skipped", found: because, remedy: null };
}

/** What an error tells: our own message, or of a gRPC error its status, since its text is the server's. */
export function fromError(error: unknown, remedy: string): CheckOutcome {
  return wrong(describeError(error), remedy);
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "It failed";
  const { name, message } = error;
  if (name === "TimeoutError") return `No answer within ${LIMIT_MS / 1000} s`;
  if (error instanceof BucketError || error instanceof ConfigError || message.startsWith("Cannot ")) return message;
  const [, status] = /^\d+ ([A-Z_]+): /.exec(message) ?? [];
  return status === undefined ? "It failed" : `Temporal answered ${status}`;
}
