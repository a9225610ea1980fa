/**
 * One HTTP request and its response, by Node's own client, which Bun and Deno have too: for a small object it takes half the
 * time of `fetch`, and it follows no redirect and decodes no body. Connections are kept for five seconds.
 */
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export type HttpResponse = {
  status: number;
  headers: { get(name: string): string | null };
  /** May end early without an error where the connection breaks. */
  body: AsyncIterable<Uint8Array>;
  /** Lets go of an unread body. */
  discard(): void;
};

export type HttpRequest = {
  url: URL;
  method: string;
  headers: Record<string, string>;
  bytes: Uint8Array | undefined;
  signal: AbortSignal;
};

/** Largest unread body that is drained, so that the connection can be used again. */
const MAX_DRAINED_BYTES = 64 * 1024;

/** Sends a request. Rejects when there is no response, or when the signal aborts. */
export async function sendHttpRequest({ url, method, headers, bytes, signal }: HttpRequest): Promise<HttpResponse> {
  const length = bytes === undefined ? {} : { "content-length": String(bytes.length) };
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = url.protocol === "https:" ? requestHttps : requestHttp;
    const sent = request(url, { method, headers: { ...headers, ...length }, signal }, resolve);
    sent.on("error", reject);
    sent.end(bytes);
  });
  return responseFrom(message, method);
}

function responseFrom(message: IncomingMessage, method: string): HttpResponse {
  const get = (name: string) => {
    const value = message.headers[name];
    return value === undefined ? null : String(value);
  };
  return {
    status: message.statusCode ?? 0,
    headers: { get },
    body: message,
    discard() {
      message.on("error", () => {}); // a connection that is already broken is let go, too
      const isShort = method === "HEAD" || Number(get("content-length") ?? Infinity) <= MAX_DRAINED_BYTES;
      if (isShort) message.resume();
      else message.destroy();
    },
  };
}
