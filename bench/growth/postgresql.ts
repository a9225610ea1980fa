/** PostgreSQL as a child process: a new cluster in a temporary folder, durable as it is by default, gone at the end. */
import { execFile } from "node:child_process";
import { mkdtemp, readdir, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

import { freePorts, startServer } from "../../dev/servers/child.ts";
import { findOnPath } from "../../dev/servers/tool.ts";

const run = promisify(execFile);
/** Debian's, which are not on the PATH. */
const VERSIONS = "/usr/lib/postgresql";

export type PostgreSql = { port: number; user: string; version: string; stop(): Promise<void> };

/** Starts it on a free port of loopback, where it asks for no password. */
export async function startPostgreSql(): Promise<PostgreSql> {
  const programs = await programsFolder();
  const folder = await mkdtemp(join(tmpdir(), "tailslate-postgresql-"));
  const [port = 0] = await freePorts(1);
  const user = "temporal";

  // PostgreSQL refuses to run as root; Debian's package brings a user of its own.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) await run("chown", ["postgres", folder]);
  const command = (name: string, args: string[]): { path: string; args: string[] } => {
    const path = join(programs, name);
    if (!isRoot) return { path, args };
    return { path: "setpriv", args: ["--reuid=postgres", "--regid=postgres", "--clear-groups", path, ...args] };
  };
  const data = join(folder, "data");
  const init = command("initdb", ["-D", data, "-U", user, "--auth=trust", "--encoding=UTF8", "--locale=C"]);
  const { stdout } = await run(join(programs, "postgres"), ["--version"]);
  await run(init.path, init.args, { cwd: folder });

  const serve = command("postgres", ["-D", data, "-h", "127.0.0.1", "-p", `${port}`, "-k", folder]);
  const isReady = async () =>
    run(join(programs, "pg_isready"), ["-h", "127.0.0.1", "-p", `${port}`]).then(
      () => true,
      () => false,
    );
  const server = await startServer({ name: "PostgreSQL", ...serve, folder }, isReady);
  return { port, user, version: stdout.trim(), stop: async () => server.stop() };
}

async function programsFolder(): Promise<string> {
  const found = await findOnPath("initdb");
  if (found !== undefined) return dirname(await realpath(found));
  const [newest] = (await readdir(VERSIONS).catch(() => [])).toSorted((a, b) => Number(b) - Number(a));
  if (newest !== undefined) return join(VERSIONS, newest, "bin");
  throw new Error("Cannot find PostgreSQL: install it, with apt-get install postgresql for example");
}
