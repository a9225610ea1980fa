/**
 * Agora's REST API, as far as ending a recording needs it: `stop` and `query`.
 *
 * Whatever happens on the wire is a value: an answer is judged, and a broken connection or a timeout is a verdict too.
 * The only thing that throws is the caller's own signal. Nothing is tried twice here, and no other host is tried:
 * retry belongs to the caller, who remembers it across attempts.
 */
import { fetch, type RequestInit, type Response } from "undici";

import { readAll } from "../lib/read-all.ts";
import { MODES, type RecordingMode } from "./modes.ts";
import { createPacer, type Pacer } from "./rate-limit/rate-limiter.ts";
import { type Answered, type Judged, judgeQuery, judgeStop, type QueryVerdict, type StopVerdict } from "./verdicts.ts";

export type AgoraSettings = {
  customerId: string;
  customerSecret: string;
  /** At least one, the preferred first. */
  baseUrls: string[];
  /** Agora's limit for the account, or this process's share of it. */
  requestsPerSecond: number;
};

/** Which recording: the values of its `acquire` and `start`. */
export type AgoraRecording = {
  appId: string;
  resourceId: string;
  sid: string;
  mode: RecordingMode;
  cname: string;
  uid: string;
};

/** `requestId` is Agora's own name for the exchange, which its support asks for. */
export type StopReply = Judged<StopVerdict> & { requestId?: string };
export type QueryReply = Judged<QueryVerdict> & { requestId?: string };

/** What a client does, for whoever counts it. */
export type AgoraEvent =
  | { kind: "turn"; endpoint: Endpoint; granted: boolean; waitedMs: number }
  /** A request ended, in an answer or without one. `shareUsed`: see `Pacer`. */
  | { kind: "request"; endpoint: Endpoint; verdict: (StopVerdict | QueryVerdict)["kind"]; shareUsed: number };
type Endpoint = "stop" | "query";
type Observe = (event: AgoraEvent) => void;

/** `host` counts through the base URLs and starts again behind the last one. */
type StopOptions = { method: "async" | "sync"; host: number; signal: AbortSignal };
type QueryOptions = { host: number; signal: AbortSignal };

export type Agora = Pick<Pacer, "share" | "stopsWaiting" | "periodMs" | "onTurn"> & {
  /** Stops a recording, or replies `throttled` when no turn came in 45 s. Rejects only with the signal's reason. */
  stop(recording: AgoraRecording, options: StopOptions): Promise<StopReply>;
  /** Asks once what is recorded; `undefined` when there was no turn for it. Rejects only with the signal's reason. */
  query(recording: AgoraRecording, options: QueryOptions): Promise<QueryReply | undefined>;
};

/** A sync stop answers after 20 s of upload at the latest, and that is Agora's expectation, no promise. */
const LIMIT_MS = { sync: 30_000, async: 10_000, query: 5_000 };

const MAX_BODY_BYTES = 1024 * 1024;

/** A longer `Retry-After` is not believed: Agora's limit is counted by the second. */
const MAX_RETRY_AFTER_MS = 60_000;

/** System errors after which no byte of the request was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

type Call = { path: string; host: number; body?: object; limitMs: number };
type Exchange =
  | { kind: "answered"; answered: Answered; requestId?: string }
  | { kind: "failed"; reached: boolean; says: string };

/** Makes the client of one account. Its requests share one pacer. `observe` hears of every turn and every request. */
export function createAgora(settings: AgoraSettings, observe: Observe = () => undefined): Agora {
  const pacer = observedPacer(createPacer(settings), observe);
  const agora = pacedAgora(settings, pacer);
  const told = (endpoint: Endpoint, { verdict }: StopReply | QueryReply) =>
    observe({ kind: "request", endpoint, verdict: verdict.kind, shareUsed: pacer.used() });
  return {
    ...agora,
    async stop(recording, options) {
      const reply = await agora.stop(recording, options);
      if (reply.verdict.kind !== "throttled" || reply.status !== null) told("stop", reply); // else nothing was sent
      return reply;
    },
    async query(recording, options) {
      const reply = await agora.query(recording, options);
      if (reply !== undefined) told("query", reply);
      return reply;
    },
  };
}

function observedPacer(pacer: Pacer, observe: Observe): Pacer {
  return {
    ...pacer,
    async turn(turn) {
      const sinceMs = performance.now();
      const granted = await pacer.turn(turn);
      observe({ kind: "turn", endpoint: turn.priority, granted, waitedMs: performance.now() - sinceMs });
      return granted;
    },
  };
}

function pacedAgora({ customerId, customerSecret, baseUrls }: AgoraSettings, pacer: Pacer): Agora {
  const headers = {
    authorization: `Basic ${Buffer.from(`${customerId}:${customerSecret}`).toString("base64")}`,
    "content-type": "application/json;charset=utf-8",
  };

  return {
    share: (share) => pacer.share(share),
    stopsWaiting: () => pacer.stopsWaiting(),
    periodMs: () => pacer.periodMs(),
    onTurn: (listener) => pacer.onTurn(listener),

    async stop(recording, { method, host, signal }) {
      if (!(await pacer.turn({ priority: "stop", signal }))) {
        return { verdict: { kind: "throttled" }, status: null, code: null, says: "No turn for a stop came in time" };
      }
      const { cname, uid } = recording;
      const body = { cname, uid, clientRequest: { async_stop: method === "async" } };
      const exchange = await call({ path: `${pathOf(recording)}/stop`, host, body, limitMs: LIMIT_MS[method] }, signal);
      if (exchange.kind === "failed") {
        const { reached, says } = exchange;
        return { verdict: { kind: "unclear", reached }, status: null, code: null, says };
      }
      return { ...judgeStop(exchange.answered), ...named(exchange) };
    },

    async query(recording, { host, signal }) {
      if (!(await pacer.turn({ priority: "query", signal }))) return undefined;
      const exchange = await call({ path: `${pathOf(recording)}/query`, host, limitMs: LIMIT_MS.query }, signal);
      if (exchange.kind === "failed") {
        return { verdict: { kind: "unknown" }, status: null, code: null, says: exchange.says };
      }
      return { ...judgeQuery(exchange.answered), ...named(exchange) };
    },
  };

  async function call({ path, host, body, limitMs }: Call, callers: AbortSignal): Promise<Exchange> {
    const limit = AbortSignal.timeout(limitMs);
    const signal = AbortSignal.any([callers, limit]);
    const request = {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      redirect: "manual" as const,
      signal,
    };
    try {
      // Raced, because under Deno undici ends a body that has begun neither by the signal nor when the connection breaks.
      const exchange = await Promise.race([
        exchanged(`${baseUrls[host % baseUrls.length]}${path}`, request),
        aborted(signal),
      ]);
      const { status, retryAfterMs } = exchange.answered;
      if (status === 429) pacer.throttled(retryAfterMs);
      return exchange;
    } catch (error) {
      callers.throwIfAborted();
      if (limit.aborted)
        return { kind: "failed", reached: true, says: `Agora gave no answer within ${limitMs / 1000} s` };
      return isNotSent(error)
        ? { kind: "failed", reached: false, says: "Agora cannot be reached" }
        : { kind: "failed", reached: true, says: "The connection to Agora broke before an answer" };
    }
  }
}

/** One request and its answer. A body that breaks off, is too long or is no JSON counts as none: the status still tells. */
async function exchanged(url: string, request: RequestInit): Promise<Exchange & { kind: "answered" }> {
  const response = await fetch(url, request);
  const retryAfterMs = readRetryAfter(response.headers.get("retry-after"));
  const requestId = response.headers.get("x-request-id");
  return {
    kind: "answered",
    answered: {
      status: response.status,
      body: await readJson(response),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    },
    ...(requestId !== null && /^[\w-]{1,128}$/.test(requestId) && { requestId }),
  };
}

async function readJson({ body }: Response): Promise<unknown> {
  if (body === null) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(await readAll(body, MAX_BODY_BYTES)));
  } catch {
    return undefined;
  }
}

function named({ requestId }: { requestId?: string }): { requestId?: string } {
  return requestId === undefined ? {} : { requestId };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** The system's error code stands in the cause, in Bun in the error itself. */
function isNotSent(error: unknown): boolean {
  return [error, error instanceof Error ? error.cause : undefined].some(
    (at) => at instanceof Error && "code" in at && typeof at.code === "string" && NOT_SENT.has(at.code),
  );
}

/** Seconds or a date: RFC 9110, section 10.2.3. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(waitMs) ? undefined : Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS);
}

function pathOf({ appId, resourceId, sid, mode }: AgoraRecording): string {
  const [app, resource, session] = [appId, resourceId, sid].map(encodeURIComponent);
  return `/v1/apps/${app}/cloud_recording/resourceid/${resource}/sid/${session}/mode/${MODES[mode].path}`;
}
