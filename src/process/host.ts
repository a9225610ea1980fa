import type { runtimeName } from "./runtime.ts";

/** The part of `process` that a worker uses. */
export type Host = {
  env: Record<string, string | undefined>;
  versions: Parameters<typeof runtimeName>[0];
  /** Seconds since the process began. */
  uptime: () => number;
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown; isTTY?: boolean | undefined };
};
