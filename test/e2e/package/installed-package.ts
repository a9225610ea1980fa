/** Tailslate as a user has it: packed, and installed from its tarball into a new project. */
import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { z } from "zod";

export type InstalledPackage = {
  /** The project that has it as its dependency. */
  folder: string;
  /** Paths in the tarball. */
  files: string[];
  /** Runs a command in the project to its end and returns its standard output. Rejects unless it ends with 0. */
  run: (command: Command) => Promise<string>;
  /** Starts a command in the project and resolves with its first line. */
  start: (command: Command) => Promise<{ line: string; stop: () => Promise<void> }>;
  remove: () => Promise<void>;
};

export type Command = { path: string; args: string[]; env?: Record<string, string> };

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
/** The runtime of this test comes first, not the machine's own Node. */
const PATH = [dirname(process.execPath), process.env["PATH"]].join(delimiter);
const Packed = z.array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })).length(1);

/** Builds, packs and installs. Scripts of dependencies do not run: none is needed. */
export async function installPackage(): Promise<InstalledPackage> {
  const folder = await mkdtemp(join(tmpdir(), "tailslate-package-"));
  const run = async ({ path, args, env }: Command, cwd = folder) => {
    const child = await promisify(execFile)(path, args, { cwd, env: { ...process.env, PATH, ...env } });
    return child.stdout;
  };
  await run({ path: "npm", args: ["run", "build"] }, ROOT);
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  const [packed] = Packed.parse(JSON.parse(await run({ path: "npm", args: pack }, ROOT)));
  if (packed === undefined) throw new Error("Cannot pack: npm made no tarball");

  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  const install = [
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    `./${packed.filename}`,
  ];
  await run({ path: "npm", args: install });
  return {
    folder,
    files: packed.files.map(({ path }) => path),
    run: (command) => run(command),
    start: (command) => start(command, folder),
    remove: () => rm(folder, { recursive: true }),
  };
}

/** In a process group of its own: `npx` and its like start further processes. */
async function start({ path, args, env }: Command, cwd: string) {
  const child = spawn(path, args, {
    cwd,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH, ...env },
  });
  const written = { stdout: "", stderr: "" };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  void ended.then(() => reject(new Error(`Cannot start ${path}: it ended\n${written.stdout}${written.stderr}`)));
  child.once("error", reject);
  child.stderr.setEncoding("utf8").on("data", (text: string) => (written.stderr += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    written.stdout += text;
    const [line, ...more] = written.stdout.split("\n");
    if (line !== undefined && more.length > 0) resolve(line);
  });
  const stop = async () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await ended;
  };
  return { line: await promise, stop };
}
