/** The three runtimes, and how each runs a script of ours. */
import process from "node:process";
import { fileURLToPath } from "node:url";

export const RUNTIMES = ["node", "bun", "deno"] as const;
export type RuntimeName = (typeof RUNTIMES)[number];

export const WORKER = fileURLToPath(new URL("../src/worker.ts", import.meta.url));

/** Where each one's program is. Node's is the one that runs this. */
export const RUNTIME_PATHS: Record<RuntimeName, string> = {
  node: process.execPath,
  bun: findInstalled("bun"),
  deno: findInstalled("deno"),
};

/** What the worker and every command need on Deno, to make a workflow bundle too. */
export const DENO_RUN =
  "run --allow-net --allow-env --allow-read --allow-ffi --allow-sys --node-modules-dir=manual".split(" ");

const PRELOAD: Record<RuntimeName, string> = { node: "--import", bun: "--preload", deno: "--preload" };

type ScriptOptions = {
  /** Its path. */
  script: string;
  /** A module that runs before the script. */
  preload?: string;
  /** The runtime's own. */
  flags?: string[];
};

/** The command that runs a script. */
export function buildCommand(
  runtime: RuntimeName,
  { script, preload, flags = [] }: ScriptOptions,
): { path: string; args: string[] } {
  const run = runtime === "deno" ? DENO_RUN : [];
  const before = preload === undefined ? [] : [`${PRELOAD[runtime]}=${preload}`];
  return { path: RUNTIME_PATHS[runtime], args: [...run, ...before, ...flags, script] };
}

function findInstalled(name: string): string {
  return fileURLToPath(new URL(`../node_modules/.bin/${name}`, import.meta.url));
}
