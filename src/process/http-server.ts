/** A handler on a port. Whoever connects and does not speak is cut off, so that half-open connections cannot pile up. */
// On every runtime the adapter for node:http, because only there a server sees its connections.
import { serve } from "srvx/node";

export type HttpServer = {
  /** `http://<host>:<port>` */
  url: string;
  /** Takes no further request, answers those that have come, and resolves when all connections are closed. */
  close(): Promise<void>;
};

export type HttpServerOptions = { hostname: string; port: number; headersLimitMs?: number };

/** Longer than any answer takes. */
const DRAIN_LIMIT_MS = 10_000;

/** Listens. Throws one line for an operator when the port cannot be had. */
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
    throw new Error(`Cannot listen on ${hostname}, port ${port}: it is in use or not ours`, { cause });
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
