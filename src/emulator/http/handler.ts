/** The HTTP handler: reads a request, logs it, and lets the session's script replace, hold or lose the answer. */
import { randomBytes } from "node:crypto";

import type { ServerRequest } from "srvx";

import { NO_ROUTE, rateLimitAnswer, UNAUTHORIZED, type AgoraAnswer } from "./answers.ts";
import type { LoggedCall, CallLog } from "./calls.ts";
import { type Admit, createRateLimit, type RateLimit } from "./rate-limit.ts";
import { isAuthorized, parseRoute, type Route } from "./requests.ts";
import type { ScriptedAnswer } from "../scenarios.ts";
import type { Service } from "../service.ts";

export type HandlerOptions = {
  account: { customerId: string; customerSecret: string };
  service: Service;
  log: CallLog;
  /** Aborted when the emulator closes. */
  closing: AbortSignal;
};

export type Handler = {
  handle: (request: ServerRequest) => Promise<Response>;
  /** Sends every answer that is held now. */
  release: () => void;
  /** Counts from zero under the new limit, or no longer without one. */
  setRateLimit: (rateLimit: RateLimit | undefined) => void;
};

export function createHandler({ account, service, log, closing }: HandlerOptions): Handler {
  let rateLimiter: { admit: Admit; refusal: AgoraAnswer } | undefined;
  let gate = Promise.withResolvers<void>();
  const closed = new Promise<void>((resolve) => closing.addEventListener("abort", () => resolve()));

  async function handle(request: ServerRequest): Promise<Response> {
    const route = parseRoute(request.method, new URL(request.url).pathname);
    if (!route) return respond(NO_ROUTE);
    const body = parseJson(await request.text());
    const refusal = findRefusal(request.headers.get("authorization"));
    // Decided before the call is logged: a test that sees the call must be able to release its answer.
    const scripted = refusal ? undefined : takeScripted(route, service);
    const released = gate.promise;
    const call: LoggedCall = {
      method: request.method,
      endpoint: route.endpoint,
      sid: "sid" in route ? route.sid : null,
      at: new Date().toISOString(),
      status: null,
      body,
    };
    log.add(call);

    const perform = async () => service.perform(route, body);
    const answer = refusal ?? (await applyScript(scripted, { perform, released }));
    if (answer === "reset") {
      request.runtime?.node?.req.socket.destroy();
      return new Response(null);
    }
    call.status = answer.status;
    return respond(answer);
  }

  /** The gateway's own answer to a request that it refuses. A request without credentials does not count in the limit. */
  function findRefusal(authorization: string | null): AgoraAnswer | undefined {
    if (!isAuthorized(authorization, account)) return UNAUTHORIZED;
    return rateLimiter && !rateLimiter.admit(Date.now()) ? rateLimiter.refusal : undefined;
  }

  async function applyScript(
    scripted: ScriptedAnswer | undefined,
    { perform, released }: { perform: () => Promise<AgoraAnswer>; released: Promise<void> },
  ): Promise<AgoraAnswer | "reset"> {
    if (scripted === undefined) return perform();
    if (scripted === "reset-unhandled") return "reset";
    if (scripted === "reset" || scripted === "hang") {
      void perform().catch(() => undefined);
      if (scripted === "hang") await closed;
      return "reset";
    }
    const answer = await buildScriptedAnswer(scripted, perform);
    if (scripted.hold) await Promise.race([released, closed]);
    return answer;
  }

  return {
    handle,
    release: () => {
      gate.resolve();
      gate = Promise.withResolvers();
    },
    setRateLimit: (rateLimit) => {
      rateLimiter = rateLimit && { admit: createRateLimit(rateLimit), refusal: rateLimitAnswer(rateLimit.retryAfter) };
    },
  };
}

async function buildScriptedAnswer(
  scripted: Exclude<ScriptedAnswer, string>,
  perform: () => Promise<AgoraAnswer>,
): Promise<AgoraAnswer> {
  if (!("status" in scripted)) return perform();
  if (scripted.handled) void perform().catch(() => undefined);
  return scripted;
}

function takeScripted(route: Route, service: Service): ScriptedAnswer | undefined {
  if (route.endpoint !== "stop" && route.endpoint !== "query") return undefined;
  return service.session(route.sid)?.scripts[route.endpoint].shift();
}

function respond({ status, body, headers: extra }: AgoraAnswer): Response {
  const headers = { "x-request-id": randomBytes(16).toString("hex"), ...extra };
  return typeof body === "string"
    ? new Response(body, { status, headers: { ...headers, "content-type": "text/html" } })
    : Response.json(body, { status, headers });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
