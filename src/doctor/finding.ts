/**
 * What one check of `tailslate doctor` found, and the frame in which each check runs: with a time limit, and with a remedy
 * for whatever goes wrong inside. A finding quotes our own words only, for a server's may hold keys and signatures.
 */
import { BucketError } from "../bucket/bucket.ts";
import { ConfigError } from "../process/config-error.ts";

export type Verdict =
  | { status: "ok" | "skipped"; found: string; remedy: null }
  | { status: "warning" | "wrong"; found: string; remedy: string };

/** `check` is the same in every run with the same configuration. */
export type Finding = { check: string } & Verdict;

export type Check = {
  check: string;
  /** What to do when it throws or does not answer in time. */
  remedy: string;
  /** Gives up at the signal; one that cannot is left behind. */
  run: (signal: AbortSignal) => Verdict | Promise<Verdict>;
};

/** Longer than our own clients of Temporal and Agora wait for a first answer. */
export const LIMIT_MS = 10_000;

/** Runs a check. Never rejects: what it throws is a finding. */
export async function examine({ check, remedy, run }: Check): Promise<Finding> {
  const limit = AbortSignal.timeout(LIMIT_MS);
  const expired = new Promise<never>((_resolve, reject) => {
    limit.addEventListener("abort", () => reject(limit.reason), { once: true });
  });
  try {
    return { check, ...(await Promise.race([run(limit), expired])) };
  } catch (error) {
    return { check, ...failed(error, remedy) };
  }
}

export function ok(found: string): Verdict {
  return { status: "ok", found, remedy: null };
}

export function warning(found: string, remedy: string): Verdict {
  return { status: "warning", found, remedy };
}

export function wrong(found: string, remedy: string): Verdict {
  return { status: "wrong", found, remedy };
}

/** The check was not run; `because` says why. */
export function skipped(because: string): Verdict {
  return { status: "skipped", found: because, remedy: null };
}

/** What an error tells: our own message, or of a gRPC error its status, since its text is the server's. */
export function failed(error: unknown, remedy: string): Verdict {
  return wrong(ownWords(error), remedy);
}

function ownWords(error: unknown): string {
  if (!(error instanceof Error)) return "It failed";
  const { name, message } = error;
  if (name === "TimeoutError") return `No answer within ${LIMIT_MS / 1000} s`;
  if (error instanceof BucketError || error instanceof ConfigError || message.startsWith("Cannot ")) return message;
  const [, status] = /^\d+ ([A-Z_]+): /.exec(message) ?? [];
  return status === undefined ? "It failed" : `Temporal answered ${status}`;
}
