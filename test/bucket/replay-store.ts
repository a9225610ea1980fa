/** A store over real HTTP that gives the answers of a test. */
import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { TestContext } from "node:test";

import type { S3Settings } from "../../src/bucket/s3/signer.ts";

export type Asked = {
  method: string;
  key: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** How many requests came before. */
  count: number;
};

export type Answer = {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Instead of an answer: end the connection, or keep silent. */
  instead?: "end" | "silence";
  /** After so many bytes of the body: end the connection, or keep silent. */
  cut?: { after: number; by: "end" | "silence" };
};

const MODIFIED = "Wed, 01 Jul 2026 12:10:00 GMT";
export const OBJECT = { etag: '"0cc175b9c0f1b6a831c399e269772661"', "last-modified": MODIFIED };

/** Starts the store; it ends with the test. Its bucket is called `rec`. */
export async function startReplayStore(t: TestContext, answer: (asked: Asked) => Answer) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://store.test");
    const key = decodeURIComponent(url.pathname).replace(/^\/rec\/?/, "");
    const { method = "", headers } = request;
    const seen = { method, key, query: url.searchParams, headers, count: asked.length };
    asked.push(seen);
    request.resume();
    request.on("end", () => {
      const { status = 200, headers: fields = {}, body = "", instead, cut } = answer(seen);
      if (instead === "silence") return;
      if (instead === "end") return void response.destroy();
      response.sendDate = !("x-no-date" in fields);
      const length = "transfer-encoding" in fields ? {} : { "content-length": String(Buffer.byteLength(body)) };
      response.writeHead(status, { ...length, ...fields });
      if (method === "HEAD" || cut === undefined) return void response.end(method === "HEAD" ? "" : body);
      response.write(Buffer.from(body).subarray(0, cut.after), () => {
        if (cut.by === "end") response.destroy();
      });
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const settings: S3Settings = {
    endpoint: `http://127.0.0.1:${address.port}`,
    region: "us-east-1",
    bucket: "rec",
    addressing: "path",
    checksumMode: true,
    accessKey: "AKIA",
    secretKey: "secret",
    limits: { headersMs: 60_000, idleMs: 60_000, delaysMs: [0, 0, 0] },
  };
  return { settings, asked };
}

/** An error as S3 stores write it. */
export function refusal(status: number, code: string, more = ""): Answer {
  return { status, body: `<?xml version="1.0"?><Error><Code>${code}</Code>${more}</Error>` };
}
