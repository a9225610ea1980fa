/** The HTTP door: reads a request, keeps the log, and lets the session's script bend the answer or lose it. */
import { randomBytes } from "node:crypto";

import type { ServerRequest } from "srvx";

import { NO_ROUTE, rateLimited, UNAUTHORIZED, type Answer } from "./answers.ts";
import type { Call, CallLog } from "./calls.ts";
import { type Admit, createRateLimit, type RateLimit } from "./rate-limit.ts";
import { isAuthorized, parseRoute, type Route } from "./requests.ts";
import type { Scripted } from "../scenarios.ts";
import type { Service } from "../service.ts";

export type DoorOptions = {
  account: { customerId: string; customerSecret: string };
  service: Service;
  log: CallLog;
  /** Aborted when the emulator closes. */
  closing: AbortSignal;
};

export type Door = {
  handle: (request: ServerRequest) => Promise<Response>;
  /** Lets every answer go that is held back now. */
  release: () => void;
  /** Counts from now on, from nothing; without a limit it counts no more. */
  limit: (rateLimit: RateLimit | undefined) => void;
};

export function createDoor({ account, service, log, closing }: DoorOptions): Door {
  let limited: { admit: Admit; refusal: Answer } | undefined;
  let gate = Promise.withResolvers<void>();
  const closed = new Promise<void>((resolve) => closing.addEventListener("abort", () => resolve()));

  async function handle(request: ServerRequest): Promise<Response> {
    const route = parseRoute(request.method, new URL(request.url).pathname);
    if (!route) return respond(NO_ROUTE);
    const body = parseJson(await request.text());
    const refusal = refuse(request.headers.get("authorization"));
    // All that decides the answer is taken now, so that whoever saw the call arrive can release it.
    const scripted = refusal ? undefined : nextScripted(route, service);
    const released = gate.promise;
    const call: Call = {
      method: request.method,
      endpoint: route.endpoint,
      sid: "sid" in route ? route.sid : null,
      at: new Date().toISOString(),
      status: null,
      body,
    };
    log.add(call);

    const own = async () => service.perform(route, body);
    const answer = refusal ?? (await bend(scripted, { own, released }));
    if (answer === "reset") {
      request.runtime?.node?.req.socket.destroy();
      return new Response(null);
    }
    call.status = answer.status;
    return respond(answer);
  }

  /** The gateway's own answer, if the request does not pass it. Who cannot say who he is uses up nobody's limit. */
  function refuse(authorization: string | null): Answer | undefined {
    if (!isAuthorized(authorization, account)) return UNAUTHORIZED;
    return limited && !limited.admit(Date.now()) ? limited.refusal : undefined;
  }

  async function bend(
    scripted: Scripted | undefined,
    { own, released }: { own: () => Promise<Answer>; released: Promise<void> },
  ): Promise<Answer | "reset"> {
    if (scripted === undefined) return own();
    if (scripted === "reset-unhandled") return "reset";
    if (scripted === "reset" || scripted === "hang") {
      void own().catch(() => undefined);
      if (scripted === "hang") await closed;
      return "reset";
    }
    const answer = await chosenAnswer(scripted, own);
    if (scripted.hold) await Promise.race([released, closed]);
    return answer;
  }

  return {
    handle,
    release: () => {
      gate.resolve();
      gate = Promise.withResolvers();
    },
    limit: (rateLimit) => {
      limited = rateLimit && { admit: createRateLimit(rateLimit), refusal: rateLimited(rateLimit.retryAfter) };
    },
  };
}

async function chosenAnswer(scripted: Exclude<Scripted, string>, own: () => Promise<Answer>): Promise<Answer> {
  if (!("status" in scripted)) return own();
  if (scripted.handled) void own().catch(() => undefined);
  return scripted;
}

function nextScripted(route: Route, service: Service): Scripted | undefined {
  if (route.endpoint !== "stop" && route.endpoint !== "query") return undefined;
  return service.session(route.sid)?.scripts[route.endpoint].shift();
}

function respond({ status, body, headers: own }: Answer): Response {
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
