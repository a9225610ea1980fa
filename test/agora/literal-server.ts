/** Servers that give one literal answer, for tests of what we make of it. */
import assert from "node:assert/strict";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Server, Socket } from "node:net";
import type { TestContext } from "node:test";

import { type Agora, type AgoraRecording, createAgora } from "../../src/agora/client.ts";

export const RECORDING: AgoraRecording = {
  appId: "app/1",
  resourceId: "resource+2",
  sid: "38f8e3cfdc474cd56fc1ceba380d7e1a",
  mode: "mix",
  cname: "httpClient463224",
  uid: "527841",
};
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

export const stopOptions = { method: "async", host: 0, signal: new AbortController().signal } as const;
export const queryOptions = { host: 0, signal: new AbortController().signal };

/** A client of a server with the given answer. */
export async function agoraAt(t: TestContext, handler: Handler): Promise<Agora> {
  return agoraOf([await listen(t, createServer(handler))]);
}

export function agoraOf(baseUrls: string[]): Agora {
  return createAgora({ customerId: "id", customerSecret: "geheim", baseUrls, requestsPerSecond: 1000 });
}

/** Starts a server until the test ends and gives its URL. */
export async function listen(t: TestContext, server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return listenAt(server);
}

/** The URL of a closed port. */
export async function abandoned(): Promise<string> {
  const server = createServer();
  const url = await listenAt(server);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return url;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Handler {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

async function listenAt(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return `http://127.0.0.1:${address.port}`;
}
