/** Temporal's runtime in this process: the destination of its logs and metrics, and of ours. */
import { once } from "node:events";
import { createServer } from "node:net";

import { DefaultLogger, makeTelemetryFilterString, Runtime } from "@temporalio/worker";

import { TailslateError } from "../lib/tailslate-error.ts";
import type { Log } from "../process/log.ts";
import { HISTOGRAM_BUCKETS } from "./metrics.ts";

/** Installs the runtime without metrics. */
export function installRuntime(log: Log): void {
  Runtime.install({ logger: createLogger(log), telemetryOptions: { logging: LOGGING } });
}

/**
 * Installs the runtime with metrics, and returns a function that reads them. The native exporter has its own server. It gets
 * a free port of loopback, because it does not report one that it chooses itself.
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
    // Logged for every worker: none has Nexus services, and an Agora account's has activities only.
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
  if (typeof address !== "object" || address === null)
    throw new TailslateError("Cannot serve metrics: there is no free port");
  return address.port;
}
