import { createRequire } from "node:module";
import { arch, availableParallelism, cpus, totalmem, type } from "node:os";
import process from "node:process";

import { runtimeName } from "../../src/process/runtime.ts";

/** One line that says where the numbers of a table come from. */
export function describeMachine(): string {
  const model = cpus()[0]?.model ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${model}, ${availableParallelism()} cores, ${memory} GiB, ${type()} ${arch()}`;
}

/** The versions that decide: of this process's runtime and of Temporal's SDK. */
export function versions(): string {
  const sdk: unknown = createRequire(import.meta.url)("@temporalio/worker/package.json");
  const version = typeof sdk === "object" && sdk !== null && "version" in sdk ? String(sdk.version) : "unknown";
  return `${runtimeName(process.versions)}, Temporal SDK ${version}`;
}
