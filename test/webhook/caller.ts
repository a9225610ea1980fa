/** Agora's message service as a caller of the webhook, and a stranger who imitates it. */
import { createHmac, randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";

import { fetch } from "undici";
import { z } from "zod";

import type { Client } from "@temporalio/client";
import { serveHttp } from "../../src/process/http-server.ts";
import { createWebhook } from "../../src/webhook/webhook.ts";

export const SECRET = "planted-ncs-secret";
/** Still valid: the secret rotates. */
export const OLD_SECRET = "planted-old-ncs-secret";

export type NoticeChanges = {
  noticeId?: string;
  eventType?: number;
  notifyMs?: number;
  sid?: string;
  cname?: string;
  sequence?: number;
  details?: unknown;
};

/** A notification as Agora's message service writes it; by default of an upload that no workflow waits for. */
export function notice(changes: NoticeChanges = {}) {
  const { noticeId = randomUUID(), eventType = 31, notifyMs = Date.now(), ...rest } = changes;
  const { sid = "nobody", cname = "channel", sequence = 0, details = { msgName: "uploaded", status: 0 } } = rest;
  const payload = { cname, uid: "527841", sid, sequence, sendts: notifyMs, serviceType: 2, details };
  return { noticeId, productId: 3, eventType, notifyMs, payload };
}

export function sign(body: string | Uint8Array, secret = SECRET): string {
  return createHmac("sha256", secret).update(body).digest("hex");
}

/** A webhook that is closed when the test ends, and all that it logged. */
export async function startWebhook(t: TestContext, client: Client, headersLimitMs?: number) {
  const logged: string[] = [];
  const handler = createWebhook({ secrets: () => [OLD_SECRET, SECRET], client, log: (line) => logged.push(line) });
  const server = await serveHttp(handler, {
    hostname: "127.0.0.1",
    port: 0,
    ...(headersLimitMs !== undefined && { headersLimitMs }),
  });
  t.after(() => server.close());
  return { url: server.url, logged };
}

export type Webhook = Pick<Awaited<ReturnType<typeof startWebhook>>, "url">;

/** Sends a body with a signature, by default a right one, or with none. */
export async function post({ url }: Webhook, body: string | Uint8Array, signature: string | null = sign(body)) {
  const response = await fetch(`${url}/notifications`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(signature !== null && { "agora-signature-v2": signature }) },
    body,
  });
  const { result } = Result.parse(await response.json());
  return [response.status, result] as const;
}

export async function postNotice(webhook: Webhook, changes: NoticeChanges) {
  return post(webhook, JSON.stringify(notice(changes)));
}

const Result = z.strictObject({ result: z.string() });

/** The counters that are not zero, by result. */
export async function counted({ url }: Webhook): Promise<Record<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const lines = [...text.matchAll(/^tailslate_notifications_total\{result="(\w+)"\} (\d+)$/gm)];
  return Object.fromEntries(
    lines.map(([, result, count]) => [result, Number(count)]).filter(([, count]) => count !== 0),
  );
}

/** A connection on which this was written, and nothing follows. `ended` resolves when the server ends it. */
export async function halfOpen({ url }: Webhook, text: string): Promise<{ socket: Socket; ended: Promise<void> }> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => undefined).resume();
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  socket.write(text);
  return { socket, ended };
}
