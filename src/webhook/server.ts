/** The webhook on a port. Whoever connects and does not speak is cut off, so that half-open connections cannot pile up. */
// On every runtime the adapter for node:http, because only there a server sees its connections.
import { serve } from "srvx/node";

export type WebhookServer = {
  /** `http://<host>:<port>` */
  url: string;
  /** Takes no further request, answers those that have come, and resolves when all connections are closed. */
  close(): Promise<void>;
};

export type WebhookServerOptions = { hostname: string; port: number; headersLimitMs?: number };

/** Longer than any answer takes. */
const DRAIN_LIMIT_MS = 10_000;

export async function serveWebhook(
  handler: (request: Request) => Promise<Response>,
  { hostname, port, headersLimitMs = 5000 }: WebhookServerOptions,
): Promise<WebhookServer> {
  const server = serve({
    fetch: handler,
    hostname,
    port,
    silent: true,
    gracefulShutdown: false,
    node: { headersTimeout: headersLimitMs, requestTimeout: 10_000, connectionsCheckingInterval: 1000 },
  });
  await server.ready();

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
