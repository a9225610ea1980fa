/** A proxy between one worker and a real server, at which every request meets its fate. */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";

export type Asked = { method: string; path: string };

/**
 * `cut`: the server never hears of the request. `lose`: it does, and its answer never arrives. Else the server hears, and
 * something else arrives in place of its answer.
 */
export type Fate = "pass" | "cut" | "lose" | { status: number; body: string };

/** `lost`: the server has heard, or may have heard, and the worker does not know. */
export type End = "unheard" | "lost" | "delivered";

export type Watch = {
  /** Decides when a request has arrived. */
  arriving: (asked: Asked) => Promise<Fate>;
  /** When the server has answered, and the worker does not know it yet. */
  answered: (asked: Asked) => Promise<void>;
  /** When nothing more comes of a request. */
  over: (asked: Asked, end: End) => void;
};

export type Proxy = { url: string; close(): Promise<void> };

/** Forwards what passes unchanged, the `Host` header included, which signatures cover. */
export async function startProxy(target: string, watch: Watch): Promise<Proxy> {
  const { hostname, port } = new URL(target);

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = incoming;
    const asked = { method, path: decodeURIComponent(url) };
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) if (Buffer.isBuffer(chunk)) chunks.push(chunk);

    const fate = await watch.arriving(asked);
    if (fate === "cut" || outgoing.destroyed) {
      outgoing.destroy();
      return watch.over(asked, "unheard");
    }
    const onward = forward({ hostname, port, method, path: url, headers }, (answer) => void reply(answer));
    onward.on("error", () => {
      outgoing.destroy();
      watch.over(asked, "lost");
    });
    onward.end(Buffer.concat(chunks));

    async function reply(answer: IncomingMessage): Promise<void> {
      await watch.answered(asked);
      if (outgoing.destroyed) watch.over(asked, "lost");
      else
        outgoing.on("close", () =>
          watch.over(asked, fate === "pass" && outgoing.writableFinished ? "delivered" : "lost"),
        );
      if (fate === "pass" && !outgoing.destroyed) {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      answer.resume();
      if (typeof fate === "string") outgoing.destroy();
      else outgoing.writeHead(fate.status, { "content-type": "text/html", connection: "close" }).end(fate.body);
    }
  }

  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing).catch(() => outgoing.destroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
