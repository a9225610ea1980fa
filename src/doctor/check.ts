/**
 * One check of `tailslate doctor`: runs with a time limit, and with a remedy for any error. A result never quotes a server,
 * whose text may contain keys and signatures.
 */
import { TailslateError } from "../lib/tailslate-error.ts";

export type CheckOutcome =
  | { status: "ok" | "skipped"; found: string; remedy: null }
  | { status: "warning" | "wrong"; found: string; remedy: string };

/** `check` names the check: the same in every run with the same configuration. */
export type CheckResult = { check: string } & CheckOutcome;

export type Check = {
  check: string;
  /** For a check that throws or runs out of time. */
  remedy: string;
  /** Should stop at the signal; otherwise it is abandoned. */
  run: (signal: AbortSignal) => CheckOutcome | Promise<CheckOutcome>;
};

/** Longer than the time limits of our clients of Temporal and Agora for a first answer. */
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

/** For a check that was not run. */
export function skipped(reason: string): CheckOutcome {
  return { status: "skipped", found: reason, remedy: null };
}

/** Quotes our own message, and of a gRPC error the status only: its text is the server's. */
export function fromError(error: unknown, remedy: string): CheckOutcome {
  return wrong(describeError(error), remedy);
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "It failed";
  const { name, message } = error;
  if (name === "TimeoutError") return `No answer within ${LIMIT_MS / 1000} s`;
  if (error instanceof TailslateError) return message;
  const [, status] = /^\d+ ([A-Z_]+): /.exec(message) ?? [];
  return status === undefined ? "It failed" : `Temporal answered ${status}`;
}
