/**
 * A Python for the tests of foreign callers: an environment of its own in the user's cache, with Temporal's SDK and a JSON
 * Schema validator in it, made once. It lies under its final name only when it is complete.
 */
import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { cacheFolder } from "./tool.ts";

type Environment = { folder: string; packages: string[] };

const TEMPORAL: Environment = {
  folder: "python-temporalio-1.35.0",
  packages: ["temporalio==1.35.0", "jsonschema==4.26.0"],
};
/** Agora's own client for its REST API. */
export const AGORA: Environment = {
  folder: "python-agora-rest-client-0.2.0",
  packages: ["agora-rest-client==0.2.0"],
};

/** The oldest that this version of the SDK runs on. */
const IS_NEW_ENOUGH = "import sys, ensurepip; sys.exit(sys.version_info < (3, 10))";

/** The path of the interpreter, or why it is missing. */
export async function findPython(environment = TEMPORAL): Promise<{ path: string } | { missing: string }> {
  const folder = join(cacheFolder(), environment.folder);
  const path = join(folder, "bin", "python");
  if (await exists(path)) return { path };
  if (!(await succeeds("python3", ["-c", IS_NEW_ENOUGH])))
    return { missing: "there is no python3 of 3.10 or later that can make environments (python3-venv)" };
  await build(folder, environment);
  return (await exists(path)) ? { path } : { missing: `${environment.packages.join(" and ")} cannot be installed` };
}

async function build(folder: string, { packages }: Environment): Promise<void> {
  await mkdir(cacheFolder(), { recursive: true });
  const unfinished = await mkdtemp(join(cacheFolder(), "python-build-"));
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages];
  const made = await succeeds("python3", ["-m", "venv", unfinished]);
  if (made && (await succeeds(join(unfinished, "bin", "python"), pip))) {
    // Another test may have been quicker, which is as good.
    await rename(unfinished, folder).catch(() => undefined);
  }
  await rm(unfinished, { recursive: true, force: true });
}

async function succeeds(path: string, args: string[]): Promise<boolean> {
  return promisify(execFile)(path, args).then(
    () => true,
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
