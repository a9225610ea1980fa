/**
 * A proxy before a real server that can hold requests back, so that a test can act while one is in flight, and that can
 * answer in the server's place.
 */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from "node:http";

export type Held = {
  /** Resolves when such a request has arrived. */
  arrived: Promise<void>;
  /** Lets it and all further ones through. */
  release: () => void;
};

export type Gate = {
  url: string;
  /** Holds every request from now on whose method and path match, until its `release`. */
  hold(matches: (request: { method: string; path: string }) => boolean): Held;
  /** Answers every request itself from now on, until the function that it gives is called. */
  answer(reply: (outgoing: ServerResponse) => void): () => void;
  /** Dates the server's answers later: its clock has gone on, and its objects are older by that. */
  advanceClock(byMs: number): void;
  close(): Promise<void>;
};

/** Forwards everything unchanged, the `Host` header included, which signatures cover. */
export async function startGate(target: string): Promise<Gate> {
  const { hostname, port } = new URL(target);
  const holds: { matches: (request: IncomingMessage) => boolean; arrived: () => void; open: Promise<void> }[] = [];

  let aheadMs = 0;
  let answering: ((outgoing: ServerResponse) => void) | undefined;

  async function forwardRequest(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    if (answering) return answering(outgoing);
    const hold = holds.find(({ matches }) => matches(incoming));
    hold?.arrived();
    await hold?.open;
    if (outgoing.destroyed) return; // the caller gave up meanwhile: what is left of its request would never end
    const { method, url: path, headers } = incoming;
    const onward = forward({ hostname, port, method, path, headers }, (answer) => {
      const date = new Date(Date.parse(answer.headers.date ?? "") + aheadMs);
      const isDated = aheadMs > 0 && !Number.isNaN(date.getTime());
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...(isDated && { date: date.toUTCString() }) });
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  }

  // Never closes an idle connection: Bun's client does not heed the time announced, and fails on one that closes just then.
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, outgoing) => void forwardRequest(incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const ownPort = typeof address === "object" && address !== null ? address.port : 0;

  return {
    url: `http://127.0.0.1:${ownPort}`,
    hold(matches) {
      const arrived = Promise.withResolvers<void>();
      const open = Promise.withResolvers<void>();
      const hold = {
        matches: ({ method = "", url = "" }: IncomingMessage) => matches({ method, path: decodeURIComponent(url) }),
        arrived: arrived.resolve,
        open: open.promise,
      };
      holds.push(hold);
      const release = () => {
        holds.splice(holds.indexOf(hold), 1);
        open.resolve();
      };
      return { arrived: arrived.promise, release };
    },
    answer(reply) {
      answering = reply;
      return () => (answering = undefined);
    },
    advanceClock: (byMs) => void (aheadMs += byMs),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
