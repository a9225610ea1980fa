/** The HTTP door: reads a request, keeps the log, and lets the session's script bend the answer or lose it. */
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
  /** Lets every answer go that is held back now. */
  release: () => void;
  /** Counts from now on, from nothing; without a limit it counts no more. */
  setRateLimit: (rateLimit: RateLimit | undefined) => void;
};

export function createHandler({ account, service, log, closing }: HandlerOptions): Handler {
  let limited: { admit: Admit; refusal: AgoraAnswer } | undefined;
  let gate = Promise.withResolvers<void>();
  const closed = new Promise<void>((resolve) => closing.addEventListener("abort", () => resolve()));

  async function handle(request: ServerRequest): Promise<Response> {
    const route = parseRoute(request.method, new URL(request.url).pathname);
    if (!route) return respond(NO_ROUTE);
    const body = parseJson(await request.text());
    const refusal = refuse(request.headers.get("authorization"));
    // All that decides the answer is taken now, so that whoever saw the call arrive can release it.
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

    const own = async () => service.perform(route, body);
    const answer = refusal ?? (await applyScript(scripted, { own, released }));
    if (answer === "reset") {
      request.runtime?.node?.req.socket.destroy();
      return new Response(null);
    }
    call.status = answer.status;
    return respond(answer);
  }

  /** The gateway's own answer, if the request does not pass it. Who cannot say who he is uses up nobody's limit. */
  function refuse(authorization: string | null): AgoraAnswer | undefined {
    if (!isAuthorized(authorization, account)) return UNAUTHORIZED;
    return limited && !limited.admit(Date.now()) ? limited.refusal : undefined;
  }

  async function applyScript(
    scripted: ScriptedAnswer | undefined,
    { own, released }: { own: () => Promise<AgoraAnswer>; released: Promise<void> },
  ): Promise<AgoraAnswer | "reset"> {
    if (scripted === undefined) return own();
    if (scripted === "reset-unhandled") return "reset";
    if (scripted === "reset" || scripted === "hang") {
      void own().catch(() => undefined);
      if (scripted === "hang") await closed;
      return "reset";
    }
    const answer = await buildScriptedAnswer(scripted, own);
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
      limited = rateLimit && { admit: createRateLimit(rateLimit), refusal: rateLimitAnswer(rateLimit.retryAfter) };
    },
  };
}

async function buildScriptedAnswer(
  scripted: Exclude<ScriptedAnswer, string>,
  own: () => Promise<AgoraAnswer>,
): Promise<AgoraAnswer> {
  if (!("status" in scripted)) return own();
  if (scripted.handled) void own().catch(() => undefined);
  return scripted;
}

function takeScripted(route: Route, service: Service): ScriptedAnswer | undefined {
  if (route.endpoint !== "stop" && route.endpoint !== "query") return undefined;
  return service.session(route.sid)?.scripts[route.endpoint].shift();
}

function respond({ status, body, headers: own }: AgoraAnswer): Response {
  const headers = { "x-request-id": randomBytes(16).toString("hex"), ...own };
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
