/** `tailslate webhook`: receives Agora's notifications and signals the recordings' workflows, until SIGTERM or Ctrl-C. */
import { Client, Connection } from "@temporalio/client";
import { loadClientConnectConfig } from "@temporalio/envconfig";
import type { Command } from "commander";

import { ConfigError } from "../../process/config-error.ts";
import { loadConfig } from "../../process/config.ts";
import { serveHttp } from "../../process/http-server.ts";
import { openLog } from "../../process/log.ts";
import { runtimeName } from "../../process/runtime.ts";
import { createWebhook } from "../../webhook/webhook.ts";
import { parsePort } from "../arguments.ts";
import { type CommandContext, untilTerminated } from "../context.ts";
import { UsageError } from "../exit-status.ts";

type Address = { hostname: string; port: number };

export function addWebhookCommand(program: Command, { host, print }: CommandContext): void {
  program
    .command("webhook")
    .description("receive Agora's notifications until SIGTERM; TLS ends before it")
    .option("--port <number>", "0 for any free one", parsePort, 8080)
    .option("--hostname <address>", "where to listen", "0.0.0.0")
    .action(async (address: Address) => runWebhook({ host, print }, address));
}

async function runWebhook({ host, print }: Pick<CommandContext, "host" | "print">, address: Address): Promise<void> {
  const { env, versions } = host;
  const write = openLog(host);
  const { notificationSecrets: secrets } = loadConfig(env);
  if (secrets === undefined)
    throw new ConfigError(
      "Cannot run the webhook: it has no secret to verify notifications with, neither from a file nor from the environment",
    );
  const { connectionOptions, namespace = "default" } = loadClientConnectConfig();
  const terminated = untilTerminated(host);
  // Lazy: while Temporal is away, Agora is asked to send again.
  const connection = Connection.lazy(connectionOptions);
  try {
    const client = new Client({ connection, namespace });
    const log = (message: string) => write({ level: "WARN", message });
    const server = await serveHttp(createWebhook({ secrets, client, log }), address).catch(rejectAddress);
    const [runtime, url] = [runtimeName(versions), `${server.url}/notifications`];
    print({ url, namespace, runtime }, () => `tailslate webhook ready: ${runtime}, namespace ${namespace}, ${url}`);
    await terminated;
    await server.close();
  } finally {
    await connection.close();
  }
}

/** The address is the command line's, so an error is too. */
function rejectAddress(cause: unknown): never {
  throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
}
