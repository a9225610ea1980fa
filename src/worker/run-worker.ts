/** The life of a worker process: configure, connect, bundle, poll, drain. It serves health and metrics throughout. */
import { loadClientConnectConfig } from "@temporalio/envconfig";
import { NativeConnection, type NativeConnectionOptions } from "@temporalio/worker";

import { TailslateError } from "../lib/tailslate-error.ts";
import { ConfigError } from "../process/config-error.ts";
import { loadConfig } from "../process/config.ts";
import { DEFAULT_TASK_QUEUE } from "../contract/names.ts";
import { type HttpServer, serveHttp } from "../process/http-server.ts";
import { type Log, openLog } from "../process/log.ts";
import { runtimeName } from "../process/runtime.ts";
import type { Host } from "../process/host.ts";
import { createHealth, type HealthSource } from "./health.ts";
import { installMeteredRuntime, installRuntime } from "./telemetry.ts";
import { findWorkflowBundle } from "./workflow-bundle.ts";
import { createWorkers, type Workers, type WorkersOptions } from "./workers.ts";

/**
 * Runs until a signal stops the process. Returns the exit code: 0 when it has drained, 2 when the configuration is wrong, 1
 * after any other failure, which it writes to standard error in one line.
 */
export async function runWorker(host: Host): Promise<number> {
  try {
    await runUntilStopped(host);
    return 0;
  } catch (error) {
    host.stderr.write(`${errorLine(error)}\n`);
    return error instanceof ConfigError ? 2 : 1;
  }
}

async function runUntilStopped(host: Host): Promise<void> {
  const { env, versions, uptime, stdout } = host;
  const config = loadConfig(env);
  if (config.accounts.size + config.stores.size === 0)
    throw new ConfigError(
      "Cannot run the worker: it has no account and no store, neither from a file nor from the environment",
    );
  const { connectionOptions, namespace = "default" } = loadClientConnectConfig();
  const taskQueue = env["TEMPORAL_TASK_QUEUE"] ?? DEFAULT_TASK_QUEUE;
  const polling: { workers?: Workers } = {};
  const http = await serveHealth(env, { log: openLog(host), state: () => polling.workers?.state() ?? "starting" });

  const [connection, { bundle, prebuilt }] = await Promise.all([
    connect(connectionOptions),
    findWorkflowBundle(env["TAILSLATE_WORKFLOW_BUNDLE"] || undefined),
  ]);
  const deployment = readDeployment(env);
  const workers = await createWorkers({
    connection,
    namespace,
    taskQueue,
    config,
    workflowBundle: bundle,
    ...(deployment && { deployment }),
  });
  const running = workers.run();
  polling.workers = workers;
  const bundled = prebuilt ? "prebuilt bundle" : "bundled now";
  stdout.write(
    `tailslate worker ready: ${runtimeName(versions)}, namespace ${namespace}, task queue ${taskQueue}, ` +
      `accounts ${joinNames(config.accounts)}, stores ${joinNames(config.stores)}, ${bundled}, ${uptime().toFixed(2)} s after start\n`,
  );
  await running;
  // Not after a failure: the failed worker still holds the connection, and the error of closing it would hide the reason.
  await connection.close();
  await http?.close();
}

/** Installs Temporal's runtime; with a port configured, serves health and metrics there from now on. */
async function serveHealth(
  env: Host["env"],
  { log, state }: { log: Log; state: HealthSource["state"] },
): Promise<HttpServer | undefined> {
  const port = env["TAILSLATE_HTTP_PORT"];
  if (!port) {
    installRuntime(log);
    return undefined;
  }
  if (!/^\d+$/.test(port) || Number(port) > 65_535)
    throw new ConfigError("Cannot serve health and metrics: TAILSLATE_HTTP_PORT must be a number from 0 to 65535");
  const scrape = await installMeteredRuntime(log);
  const server = await serveHttp(createHealth({ state, scrape }), { hostname: "0.0.0.0", port: Number(port) });
  log({ level: "INFO", message: "Serving health and metrics", attributes: { url: server.url } });
  return server;
}

async function connect(options: NativeConnectionOptions): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(options);
  } catch (cause) {
    throw new TailslateError(`Cannot reach Temporal at ${options.address ?? "localhost:7233"}`, { cause });
  }
}

/** Temporal's worker controller sets both variables. */
function readDeployment(env: Host["env"]): WorkersOptions["deployment"] {
  const deploymentName = env["TEMPORAL_DEPLOYMENT_NAME"];
  const buildId = env["TEMPORAL_WORKER_BUILD_ID"];
  return deploymentName && buildId ? { deploymentName, buildId } : undefined;
}

function joinNames(named: ReadonlyMap<string, unknown>): string {
  return named.size === 0 ? "none" : [...named.keys()].join(" ");
}

/** One line for an operator; of a foreign error its own first line. */
function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // The native part appends the whole gRPC status to its sentence.
  const [line = ""] = message.split(/\n|: Status \{/);
  return error instanceof TailslateError ? line : `Cannot run the worker: ${line}`;
}
