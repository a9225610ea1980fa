/** A handler on a port. Silent connections are cut off, so that half-open ones cannot pile up. */
// The adapter for node:http on every runtime: only it gives access to the server's connections.
import { serve } from "srvx/node";

import { TailslateError } from "../lib/tailslate-error.ts";

export type HttpServer = {
  /** `http://<host>:<port>` */
  url: string;
  /** Accepts no further request, answers the pending ones, and resolves when all connections are closed. */
  close(): Promise<void>;
};

export type HttpServerOptions = { hostname: string; port: number; headersLimitMs?: number };

/** Longer than any response takes. */
const DRAIN_LIMIT_MS = 10_000;

/** Listens. Throws one line for an operator when the port cannot be used. */
export async function serveHttp(
  handler: (request: Request) => Promise<Response>,
  { hostname, port, headersLimitMs = 5000 }: HttpServerOptions,
): Promise<HttpServer> {
  const server = serve({
    fetch: handler,
    hostname,
    port,
    silent: true,
    gracefulShutdown: false,
    node: { headersTimeout: headersLimitMs, requestTimeout: 10_000, connectionsCheckingInterval: 1000 },
  });
  try {
    await server.ready();
  } catch (cause) {
    throw new TailslateError(`Cannot listen on ${hostname}, port ${port}: it is in use or not ours`, { cause });
  }

  return {
    url: new URL(server.url ?? "").origin,
    async close() {
      const late = setTimeout(() => void server.close(true), DRAIN_LIMIT_MS);
      const closed = server.close();
      await closed;
      clearTimeout(late);
    },
  };
}
