/**
 * One HTTP request and its answer, with Node's own client, which Bun and Deno have too: it takes half the time of `fetch` for
 * a small object, and follows no redirect and decodes no body. Connections are kept for five seconds.
 */
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

export type Answer = {
  status: number;
  headers: { get(name: string): string | null };
  /** May end early without an error where the connection breaks. */
  body: AsyncIterable<Uint8Array>;
  /** Lets go of a body that nobody reads. */
  discard(): void;
};

export type Asked = {
  url: URL;
  method: string;
  headers: Record<string, string>;
  bytes: Uint8Array | undefined;
  signal: AbortSignal;
};

/** What is read to its end, so that the connection can be used again, although nobody wants it. */
const MAX_DRAINED_BYTES = 64 * 1024;

/** Sends a request. Rejects when there is no answer, or when the signal aborts. */
export async function exchange({ url, method, headers, bytes, signal }: Asked): Promise<Answer> {
  const length = bytes === undefined ? {} : { "content-length": String(bytes.length) };
  const message = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = url.protocol === "https:" ? requestHttps : requestHttp;
    const asking = request(url, { method, headers: { ...headers, ...length }, signal }, resolve);
    asking.on("error", reject);
    asking.end(bytes);
  });
  return answerOf(message, method);
}

function answerOf(message: IncomingMessage, method: string): Answer {
  const get = (name: string) => {
    const value = message.headers[name];
    return value === undefined ? null : String(value);
  };
  return {
    status: message.statusCode ?? 0,
    headers: { get },
    body: message,
    discard() {
      message.on("error", () => {}); // one whose connection is broken already is gone as well
      const isShort = method === "HEAD" || Number(get("content-length") ?? Infinity) <= MAX_DRAINED_BYTES;
      if (isShort) message.resume();
      else message.destroy();
    },
  };
}
