/**
 * Agora's notifications in, signals out: `POST /notifications` as a `Request → Response` handler, with health and metrics.
 *
 * Nothing is believed, kept or told of a request before its signature is verified over the bytes that came. A notification
 * is passed on to the workflow that ends its recording and never starts one. It may come twice, late, or before its
 * elders: the workflow stands all that. Agora wants 200 with JSON within 10 s and resends otherwise, three times at most.
 */
import { type Client, WorkflowNotFoundError } from "@temporalio/client";

import { type AgoraNotification, agoraNotification, workflowId } from "../contract.ts";
import { readBody } from "./body.ts";
import { decodeNotice } from "./notice.ts";
import { createCounters, type Result, STATUS } from "./results.ts";
import { isSigned } from "./signature.ts";

export type WebhookOptions = {
  /** The secret of Agora's message notification service. */
  secret: string;
  client: Client;
  /** For operators: one line for each notification that Temporal could not take. */
  log: (line: string) => void;
};

/** Far above a notification that names a thousand files. */
const BODY_LIMIT_BYTES = 1024 * 1024;
/** Both together stay well below Agora's 10 s; Temporal's SDK may overdraw its own by a second or two. */
const BODY_LIMIT_MS = 3000;
const SIGNAL_LIMIT_MS = 3000;
const READY_LIMIT_MS = 2000;
/** Resends come within seconds; the workflow remembers the notices of its own recording for ever. */
const REMEMBERED_NOTICES = 10_000;

const ROUTES = { "/notifications": "POST", "/livez": "GET", "/readyz": "GET", "/metrics": "GET" } as const;

/** Builds the handler. Throws when the secret is empty: then anybody could sign. */
export function createWebhook({ secret, client, log }: WebhookOptions): (request: Request) => Promise<Response> {
  if (secret === "") throw new Error("Cannot receive notifications: the secret is empty");
  const counters = createCounters();
  /** What becomes of each notice that was signalled, or is being signalled now. */
  const signals = new Map<string, Promise<Result>>();

  async function receive(request: Request): Promise<Result> {
    const body = await readBody(request, { limitBytes: BODY_LIMIT_BYTES, limitMs: BODY_LIMIT_MS });
    if (body.state === "too-large") return "too_large";
    if (body.state === "cut-off") return "malformed";
    if (!isSigned(body.bytes, { signature: request.headers.get("agora-signature-v2"), secret })) return "forged";

    const notice = decodeNotice(body.bytes);
    if (notice.kind !== "ours") return notice.kind;
    const result = await signalOnce(notice.notification);
    return result === "unclaimed" && notice.test ? "ignored" : result;
  }

  /** A copy that comes while the first is on its way shares its fate: only what has been signalled may be answered so. */
  async function signalOnce(notification: AgoraNotification): Promise<Result> {
    const { noticeId } = notification;
    const earlier = await signals.get(noticeId);
    if (earlier !== undefined) return earlier === "signalled" ? "duplicate" : earlier;

    const current = signal(notification);
    signals.set(noticeId, current);
    for (const oldest of signals.keys()) {
      if (signals.size <= REMEMBERED_NOTICES) break;
      signals.delete(oldest);
    }
    const result = await current;
    if (result !== "signalled") signals.delete(noticeId);
    return result;
  }

  async function signal(notification: AgoraNotification): Promise<Result> {
    const handle = client.workflow.getHandle(workflowId(notification.sid));
    try {
      await client.withDeadline(Date.now() + SIGNAL_LIMIT_MS, async () =>
        handle.signal(agoraNotification, notification),
      );
      return "signalled";
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return "unclaimed";
      log(`Cannot signal "${handle.workflowId}": Temporal did not take it, so Agora is asked to send it again`);
      return "failed";
    }
  }

  async function isReady(): Promise<boolean> {
    const { connection } = client;
    try {
      await connection.withDeadline(Date.now() + READY_LIMIT_MS, async () =>
        connection.workflowService.getSystemInfo({}),
      );
      return true;
    } catch {
      return false;
    }
  }

  async function answer(path: keyof typeof ROUTES, request: Request): Promise<Response> {
    switch (path) {
      case "/notifications": {
        const result = await receive(request);
        counters.count(result);
        const status = STATUS[result];
        // A connection whose request was refused may still carry the rest of it.
        return Response.json({ result }, { status, ...(status !== 200 && { headers: { connection: "close" } }) });
      }
      case "/livez":
        return Response.json({ live: true });
      case "/readyz": {
        const ready = await isReady();
        return Response.json({ ready }, { status: ready ? 200 : 503 });
      }
      case "/metrics":
        return new Response(counters.render(), {
          headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
        });
    }
  }

  return async (request) => {
    const path = new URL(request.url).pathname;
    if (!isRoute(path)) return Response.json({ error: "not found" }, { status: 404 });
    if (request.method !== ROUTES[path])
      return Response.json({ error: "method not allowed" }, { status: 405, headers: { allow: ROUTES[path] } });
    return answer(path, request);
  };
}

function isRoute(path: string): path is keyof typeof ROUTES {
  return Object.hasOwn(ROUTES, path);
}
