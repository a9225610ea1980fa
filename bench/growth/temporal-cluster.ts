/**
 * Temporal's server as one installs it, all four services in one process, with PostgreSQL behind it. Built once with Go into
 * the user's cache; the schema is the one in its module. The settings are those of its sample for development.
 */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { access, mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

import { Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";

import { startServer } from "../../dev/servers/child.ts";
import { cacheFolder } from "../../dev/servers/tool.ts";
import { type PostgreSql, startPostgreSql } from "./postgresql.ts";
import { clusterConfig } from "./temporal-cluster-config.ts";

const run = promisify(execFile);
const VERSION = "v1.29.1";
const MODULE = "go.temporal.io/server";
const DATABASES = { temporal: "temporal", temporal_visibility: "visibility" };

export type TemporalCluster = { address: string; name: string; stop(): Promise<void> };

/** Starts both, makes the databases and the namespace `default`. */
export async function startTemporalCluster(): Promise<TemporalCluster> {
  const programs = await builtPrograms();
  const postgres = await startPostgreSql();
  await installSchema(join(programs, "sql"), postgres);

  const folder = await mkdtemp(join(tmpdir(), "tailslate-temporal-"));
  const ports = await lowPorts(9);
  await mkdir(join(folder, "config"));
  // YAML holds all of JSON.
  await writeFile(join(folder, "config", "bench.yaml"), JSON.stringify(clusterConfig(postgres, ports)));
  const address = `127.0.0.1:${ports[0]}`;
  const args = ["--root", folder, "--env", "bench", "--allow-no-auth", "start"];
  const command = { name: "the Temporal server", path: join(programs, "server"), args, folder };
  const server = await startServer(command, async () => hasNamespace(address));
  return {
    address,
    name: `Temporal ${VERSION}, ${postgres.version}`,
    async stop() {
      await server.stop();
      await postgres.stop();
    },
  };
}

/** Free ports that fit into Temporal's column for them, a signed 16-bit number: the system itself hands out higher ones. */
async function lowPorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let port = 20_000 + Math.floor(Math.random() * 10_000); ports.length < count; port += 1)
    if (await isFree(port)) ports.push(port);
  return ports;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const free = once(server.listen(port, "127.0.0.1"), "listening").then(
    () => true,
    () => false,
  );
  return free.finally(() => server.close());
}

async function builtPrograms(): Promise<string> {
  const folder = join(cacheFolder(), `temporal-server-${VERSION}`);
  const programs = [`${MODULE}/cmd/server@${VERSION}`, `${MODULE}/cmd/tools/sql@${VERSION}`];
  const built = await Promise.all(["server", "sql"].map(async (name) => access(join(folder, name)))).catch(() => null);
  if (built !== null) return folder;
  console.error("Building the Temporal server with Go, once, about two minutes");
  await run("go", ["install", ...programs], { env: { ...process.env, GOBIN: folder } });
  return folder;
}

async function installSchema(tool: string, { port, user }: PostgreSql): Promise<void> {
  const { stdout } = await run("go", ["mod", "download", "-json", `${MODULE}@${VERSION}`]);
  const [, module = ""] = /"Dir": "([^"]+)"/.exec(stdout) ?? [];
  for (const [database, schema] of Object.entries(DATABASES)) {
    const common = ["--ep", "127.0.0.1", "-p", `${port}`, "-u", user, "--pl", "postgres12", "--db", database];
    const versioned = join(module, "schema", "postgresql", "v12", schema, "versioned");
    await run(tool, [...common, "create"]);
    await run(tool, [...common, "setup-schema", "-v", "0.0"]);
    await run(tool, [...common, "update-schema", "-d", versioned]);
  }
}

/** Whether it serves the namespace. Registers it, which the server notices some seconds later. */
async function hasNamespace(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1000 }).catch(() => undefined);
  if (connection === undefined) return false;
  const { workflowService } = connection;
  const [namespace, workflowExecutionRetentionPeriod] = ["default", msToTs("1 day")];
  try {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod }).catch(() => undefined); // it is there already
    await workflowService.countWorkflowExecutions({ namespace });
    return true;
  } catch {
    return false;
  } finally {
    await connection.close();
  }
}
