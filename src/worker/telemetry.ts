/** Temporal's runtime in this process: where its logs and metrics go, and ours with them. */
import { once } from "node:events";
import { createServer } from "node:net";

import { DefaultLogger, makeTelemetryFilterString, Runtime } from "@temporalio/worker";

import type { Log } from "../process/log.ts";
import { HISTOGRAM_BUCKETS } from "./metrics.ts";

/** Installs the runtime without metrics. */
export function installRuntime(log: Log): void {
  Runtime.install({ logger: createLogger(log), telemetryOptions: { logging: LOGGING } });
}

/**
 * Installs the runtime with metrics, and returns what reads them. The exporter is native and has a server of its own; it
 * gets a free port of loopback, because it tells nobody the one that it has chosen itself.
 */
export async function installMeteredRuntime(log: Log): Promise<() => Promise<string>> {
  const bindAddress = `127.0.0.1:${await findFreePort()}`;
  Runtime.install({
    logger: createLogger(log),
    telemetryOptions: {
      logging: LOGGING,
      metrics: {
        attachServiceName: false,
        prometheus: {
          bindAddress,
          countersTotalSuffix: true,
          unitSuffix: true,
          useSecondsForDurations: true,
          histogramBucketOverrides: HISTOGRAM_BUCKETS,
        },
      },
    },
  });
  return async () => (await fetch(`http://${bindAddress}/metrics`)).text();
}

const LOGGING = { filter: makeTelemetryFilterString({ core: "WARN" }), forward: {} };

function createLogger(log: Log): DefaultLogger {
  return new DefaultLogger("INFO", ({ level, message, meta, timestampNanos }) => {
    // Said of every worker: none has Nexus services, and an Agora account's has activities alone.
    if (/^No (workflows|Nexus services) registered/.test(message)) return;
    log({ timeMs: Number(timestampNanos / 1_000_000n), level, message, ...(meta && { attributes: meta }) });
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("Cannot serve metrics: there is no free port");
  return address.port;
}
