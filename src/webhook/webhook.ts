/**
 * Agora's notifications in, signals out: a `Request → Response` handler for `POST /notifications`, health and metrics.
 *
 * Nothing of a request is used, kept or logged before its signature is verified over the received bytes. A notification goes
 * to the workflow that finalizes its recording and never starts one. It may arrive twice, late or out of order; the workflow
 * tolerates it. Agora wants 200 with JSON within 10 s; otherwise it sends again, at most three times.
 */
import { mapConcurrently } from "../lib/map-concurrently.ts";
import { readBody } from "./body.ts";
import { type DecodedNotice, decodeNotices } from "./notice.ts";
import { createCounters, type NotificationResult, STATUS_BY_RESULT } from "./results.ts";
import { createSignaller, type SignallerOptions } from "./signaller.ts";
import { isSigned } from "./signature.ts";

export type WebhookOptions = SignallerOptions & {
  /** The valid secrets of Agora's message notification service, asked for each notification: several while one rotates. */
  secrets: () => readonly string[];
};

/** Far more than a notification that names a thousand files. */
const BODY_LIMIT_BYTES = 1024 * 1024;
const BODY_LIMIT_MS = 3000;
const READY_LIMIT_MS = 2000;
/** Signals at a time, of a list of notifications. */
const MAX_SIGNALS = 16;

const ROUTES = { "/notifications": "POST", "/livez": "GET", "/readyz": "GET", "/metrics": "GET" } as const;

/** Builds the handler. Throws when a secret is empty: then anyone could sign. */
export function createWebhook({ secrets, client, log }: WebhookOptions): (request: Request) => Promise<Response> {
  if (secrets().includes("")) throw new Error("Cannot receive notifications: the secret is empty");
  const counters = createCounters();
  const signal = createSignaller({ client, log });

  async function receive(request: Request): Promise<NotificationResult[]> {
    const body = await readBody(request, { limitBytes: BODY_LIMIT_BYTES, limitMs: BODY_LIMIT_MS });
    if (body.kind === "too-large") return ["too_large"];
    if (body.kind === "cut-off") return ["malformed"];
    const signature = request.headers.get("agora-signature-v2");
    if (!secrets().some((secret) => isSigned(body.bytes, { signature, secret }))) return ["forged"];

    return mapConcurrently(decodeNotices(body.bytes), { limit: MAX_SIGNALS, work: handleNotice });
  }

  async function handleNotice(notice: DecodedNotice): Promise<NotificationResult> {
    if (notice.kind !== "ours") return notice.kind;
    const signalled = await signal(notice.notification);
    return signalled === "unclaimed" && notice.test ? "ignored" : signalled;
  }

  async function respond(path: keyof typeof ROUTES, request: Request): Promise<Response> {
    switch (path) {
      case "/notifications": {
        const results = await receive(request);
        for (const each of results) counters.count(each);
        const result = mostSerious(results);
        const status = STATUS_BY_RESULT[result];
        // The connection of a refused request may still carry the rest of it.
        return Response.json({ result }, { status, ...(status !== 200 && { headers: { connection: "close" } }) });
      }
      case "/livez":
        return Response.json({ live: true });
      case "/readyz": {
        const ready = await canReachTemporal(client);
        return Response.json({ ready }, { status: ready ? 200 : 503 });
      }
      case "/metrics":
        return new Response(counters.render(), { headers: { "content-type": "text/plain; version=0.0.4" } });
    }
  }

  return async (request) => {
    const path = new URL(request.url).pathname;
    if (!isRoute(path)) return Response.json({ error: "not found" }, { status: 404 });
    const allow = ROUTES[path];
    if (request.method === allow) return respond(path, request);
    return Response.json({ error: "method not allowed" }, { status: 405, headers: { allow } });
  };
}

/** A list is answered by its worst part: Agora resends all of what is not answered with 200, and knows no part. */
function mostSerious(results: NotificationResult[]): NotificationResult {
  const [worst = "malformed"] = results.toSorted((a, b) => STATUS_BY_RESULT[b] - STATUS_BY_RESULT[a]);
  return worst;
}

function isRoute(path: string): path is keyof typeof ROUTES {
  return Object.hasOwn(ROUTES, path);
}

async function canReachTemporal({ connection }: WebhookOptions["client"]): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + READY_LIMIT_MS, async () =>
      connection.workflowService.getSystemInfo({}),
    );
    return true;
  } catch {
    return false;
  }
}
