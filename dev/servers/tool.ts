/**
 * A program that a server needs: looked for where it may be, else built once with Go into the user's cache.
 * A build lies under its final name only when it is complete.
 */
import { access, constants, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";

import { startChild } from "./child.ts";

export type Tool = {
  /** The program's file name. */
  name: string;
  /** The environment variable that may hold its path. */
  variable: string;
  /** What `go install` builds, with its version. */
  module: string;
  /** How long that takes, for people. */
  buildTime: string;
};

/** The path of a tool: named by its variable, on the PATH, in the cache, or built now. Throws with the remedy. */
export async function findTool(tool: Tool): Promise<string> {
  const named = process.env[tool.variable];
  if (named !== undefined && named !== "") {
    if (await isProgram(named)) return named;
    throw new Error(`Cannot use ${tool.variable}: there is no program at "${named}"`);
  }
  const cached = join(cacheFolder(), "bin", tool.name);
  const found = (await findOnPath(tool.name)) ?? ((await isProgram(cached)) ? cached : undefined);
  return found ?? build(tool, cached);
}

/** Where this machine's user keeps what was built or fetched for this project. */
export function cacheFolder(): string {
  const home = process.env["XDG_CACHE_HOME"];
  return join(home !== undefined && home !== "" ? home : join(homedir(), ".cache"), "tailslate");
}

/** The path of the first program of this name on the PATH. */
export async function findOnPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    const path = join(folder, name);
    if (folder !== "" && (await isProgram(path))) return path;
  }
  return undefined;
}

async function isProgram(path: string) {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function build({ name, variable, module, buildTime }: Tool, path: string) {
  const go = await findOnPath("go");
  if (go === undefined) {
    throw new Error(`Cannot find ${name}: put it on the PATH, name it in ${variable}, or install Go to have it built`);
  }
  const programs = join(cacheFolder(), "bin");
  await mkdir(programs, { recursive: true });
  const folder = await mkdtemp(join(programs, "build-"));

  process.stderr.write(`Building ${name} with Go, once, about ${buildTime} `);
  const progress = setInterval(() => process.stderr.write("."), 2_000);
  try {
    const child = startChild({ name: "go", path: go, args: ["install", module], env: { GOBIN: folder } });
    const end = await child.ended;
    if (end !== 0) throw new Error(`Cannot build ${name}: go install ended with ${end}\n${child.output()}`);
    await rename(join(folder, name), path);
    return path;
  } finally {
    clearInterval(progress);
    process.stderr.write("\n");
    await rm(folder, { recursive: true, force: true });
  }
}
