/** Makes media with ffmpeg, once, into the user's cache: by name and recipe, so that a changed recipe is made anew. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { cacheFolder } from "../servers/tool.ts";
import { RECIPES } from "./recipes.ts";

const run = promisify(execFile);
const QUIET = ["-v", "error", "-nostdin", "-y"];

/** Whether there are both programs of ffmpeg. */
export async function hasFfmpeg(): Promise<boolean> {
  const found = await Promise.allSettled(["ffmpeg", "ffprobe"].map((name) => run(name, ["-version"])));
  return found.every(({ status }) => status === "fulfilled");
}

/** The path of one file of the set, made now if it is not there. */
export async function mediaFile(name: string): Promise<string> {
  const recipe = RECIPES[name];
  if (recipe === undefined) throw new Error(`Cannot make the media "${name}": there is no recipe for it`);
  const hash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
  const folder = join(cacheFolder(), "media");
  const path = join(folder, `${hash}-${name}`);
  if (await exists(path)) return path;

  await mkdir(folder, { recursive: true });
  // Test files run at the same time: each makes its own, and the last one stays.
  const unfinished = join(folder, `${crypto.randomUUID()}-${name}`);
  try {
    await run("ffmpeg", [...QUIET, ...recipe, unfinished]);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return path;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
