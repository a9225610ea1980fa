/**
 * The part of Agora's REST API that ends a recording: `stop` and `query`.
 *
 * Every outcome on the wire is a value: answers are classified, and a broken connection or a timeout has a verdict too.
 * Only the caller's own signal throws. The client retries nothing and tries no other host: the caller does, because it
 * remembers earlier attempts.
 */
import { fetch, type RequestInit, type Response } from "undici";

import { readAll } from "../lib/read-all.ts";
import { MODES, type RecordingMode } from "./modes.ts";
import { createRateLimiter, type RateLimiter } from "./rate-limit/rate-limiter.ts";
import { createThrottleSuspicion } from "./rate-limit/suspected-throttle.ts";
import {
  type HttpAnswer,
  type Classified,
  classifyQuery,
  classifyStop,
  type QueryVerdict,
  type StopVerdict,
} from "./verdicts.ts";

export type AgoraSettings = {
  customerId: string;
  customerSecret: string;
  /** The credentials to use instead, asked before each request: they rotate. */
  currentCredentials?: () => { customerId: string; customerSecret: string };
  /** At least one, in the order of preference. */
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

/** `requestId` is Agora's id of the exchange; its support asks for it. */
export type StopReply = Classified<StopVerdict> & { requestId?: string };
export type QueryReply = Classified<QueryVerdict> & { requestId?: string };

/** Events for metrics. */
export type AgoraClientEvent =
  | { kind: "permit"; endpoint: Endpoint; granted: boolean; waitedMs: number }
  /** A request ended, in an answer or without one. `shareUsed`: see `RateLimiter`. */
  | { kind: "request"; endpoint: Endpoint; verdict: (StopVerdict | QueryVerdict)["kind"]; shareUsed: number };
type Endpoint = "stop" | "query";
type Observe = (event: AgoraClientEvent) => void;

/** `host` counts through the base URLs, modulo their number. */
type StopOptions = { method: "async" | "sync"; host: number; signal: AbortSignal; isForced?: boolean | undefined };
type QueryOptions = { host: number; signal: AbortSignal };

export type Agora = Pick<RateLimiter, "setShare" | "stopsWaiting" | "periodMs" | "onPermit"> & {
  /** Stops a recording, or replies `throttled` when it got no permit in 45 s. Rejects only with the signal's reason. */
  stop(recording: AgoraRecording, options: StopOptions): Promise<StopReply>;
  /** Asks once what is recorded; `undefined` when it got no permit. Rejects only with the signal's reason. */
  query(recording: AgoraRecording, options: QueryOptions): Promise<QueryReply | undefined>;
};

/** A sync stop should answer after at most 20 s of upload; Agora does not promise it. */
const LIMIT_MS = { sync: 30_000, async: 10_000, query: 5_000 };

const MAX_BODY_BYTES = 1024 * 1024;

/** Caps `Retry-After`: Agora counts its limit by the second. */
const MAX_RETRY_AFTER_MS = 60_000;

/** System errors with which no byte of the request was sent. */
const NOT_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

type AgoraRequest = { path: string; host: number; body?: object; limitMs: number };
type Exchange =
  | { kind: "answered"; answer: HttpAnswer; requestId?: string }
  | { kind: "failed"; reached: boolean; summary: string };

/** Makes the client of one account. Its requests share one rate limiter. `observe` gets every permit and every request. */
export function createAgora(settings: AgoraSettings, observe: Observe = () => undefined): Agora {
  const limiter = observeRateLimiter(createRateLimiter(settings), observe);
  const agora = createRequests(settings, limiter);
  const observeReply = (endpoint: Endpoint, { verdict }: StopReply | QueryReply) =>
    observe({ kind: "request", endpoint, verdict: verdict.kind, shareUsed: limiter.usedShare() });
  return {
    ...agora,
    async stop(recording, options) {
      const reply = await agora.stop(recording, options);
      if (reply.verdict.kind !== "throttled" || reply.status !== null) observeReply("stop", reply); // else nothing was sent
      return reply;
    },
    async query(recording, options) {
      const reply = await agora.query(recording, options);
      if (reply !== undefined) observeReply("query", reply);
      return reply;
    },
  };
}

function observeRateLimiter(limiter: RateLimiter, observe: Observe): RateLimiter {
  return {
    ...limiter,
    async requestPermit(request) {
      const sinceMs = performance.now();
      const granted = await limiter.requestPermit(request);
      const endpoint = request.priority === "query" ? "query" : "stop";
      observe({ kind: "permit", endpoint, granted, waitedMs: performance.now() - sinceMs });
      return granted;
    },
  };
}

function createRequests(settings: AgoraSettings, limiter: RateLimiter): Agora {
  const send = createSender(settings, limiter);
  const isSharedSuspicion = createThrottleSuspicion();
  const suspectThrottle = ({ mayBeThrottle }: StopReply | QueryReply, { sid }: AgoraRecording) => {
    if (mayBeThrottle === true && isSharedSuspicion(sid)) limiter.onThrottled();
  };
  return {
    setShare: (share) => limiter.setShare(share),
    stopsWaiting: () => limiter.stopsWaiting(),
    periodMs: () => limiter.periodMs(),
    onPermit: (listener) => limiter.onPermit(listener),

    async stop(recording, { method, host, signal, isForced }) {
      if (!(await limiter.requestPermit({ priority: isForced === true ? "forced-stop" : "stop", signal }))) {
        return { verdict: { kind: "throttled" }, status: null, code: null, summary: "No turn for a stop came in time" };
      }
      const { cname, uid } = recording;
      const body = { cname, uid, clientRequest: { async_stop: method === "async" } };
      const path = `${recordingPath(recording)}/stop`;
      const exchange = await send({ path, host, body, limitMs: LIMIT_MS[method] }, signal);
      if (exchange.kind === "failed") {
        const { reached, summary } = exchange;
        return { verdict: { kind: "unclear", reached }, status: null, code: null, summary };
      }
      const reply = classifyStop(exchange.answer);
      suspectThrottle(reply, recording);
      return withRequestId(reply, exchange);
    },

    async query(recording, { host, signal }) {
      if (!(await limiter.requestPermit({ priority: "query", signal }))) return undefined;
      const exchange = await send({ path: `${recordingPath(recording)}/query`, host, limitMs: LIMIT_MS.query }, signal);
      if (exchange.kind === "failed") {
        return { verdict: { kind: "unknown" }, status: null, code: null, summary: exchange.summary };
      }
      const reply = classifyQuery(exchange.answer);
      suspectThrottle(reply, recording);
      return withRequestId(reply, exchange);
    },
  };
}

/** Makes the function that sends one request and never rejects but with the caller's signal. */
function createSender(settings: AgoraSettings, limiter: RateLimiter) {
  const { baseUrls } = settings;
  return async ({ path, host, body, limitMs }: AgoraRequest, callers: AbortSignal): Promise<Exchange> => {
    const limit = AbortSignal.timeout(limitMs);
    const signal = AbortSignal.any([callers, limit]);
    const request = {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: authorize(settings), "content-type": "application/json;charset=utf-8" },
      body: body === undefined ? null : JSON.stringify(body),
      redirect: "manual" as const,
      signal,
    };
    try {
      // On Deno neither the signal nor a broken connection ends a body that has begun, hence the race.
      const exchange = await Promise.race([
        sendRequest(`${baseUrls[host % baseUrls.length]}${path}`, request),
        rejectOnAbort(signal),
      ]);
      const { status, retryAfterMs } = exchange.answer;
      if (status === 429) limiter.onThrottled(retryAfterMs);
      return exchange;
    } catch (error) {
      callers.throwIfAborted();
      if (limit.aborted)
        return { kind: "failed", reached: true, summary: `Agora gave no answer within ${limitMs / 1000} s` };
      return isNotSent(error)
        ? { kind: "failed", reached: false, summary: "Agora cannot be reached" }
        : { kind: "failed", reached: true, summary: "The connection to Agora broke before an answer" };
    }
  };
}

function authorize(settings: AgoraSettings): string {
  const { customerId, customerSecret } = settings.currentCredentials?.() ?? settings;
  return `Basic ${Buffer.from(`${customerId}:${customerSecret}`).toString("base64")}`;
}

/** Sends one request. A body that breaks off, is too long or not JSON counts as none: the status is still an answer. */
async function sendRequest(url: string, request: RequestInit): Promise<Exchange & { kind: "answered" }> {
  const response = await fetch(url, request);
  const retryAfterMs = readRetryAfter(response.headers.get("retry-after"));
  const requestId = response.headers.get("x-request-id");
  const answer: HttpAnswer = {
    status: response.status,
    body: await readJson(response),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  const isUsable = requestId !== null && /^[\w-]{1,128}$/.test(requestId);
  return isUsable ? { kind: "answered", answer, requestId } : { kind: "answered", answer };
}

async function readJson({ body }: Response): Promise<unknown> {
  if (body === null) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(await readAll(body, MAX_BODY_BYTES)));
  } catch {
    return undefined;
  }
}

function withRequestId<Reply extends object>(reply: Reply, { requestId }: { requestId?: string }) {
  return requestId === undefined ? reply : { ...reply, requestId };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** The cause carries the system's error code; on Bun the error itself does. */
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

function recordingPath({ appId, resourceId, sid, mode }: AgoraRecording): string {
  const [app, resource, session] = [appId, resourceId, sid].map(encodeURIComponent);
  return `/v1/apps/${app}/cloud_recording/resourceid/${resource}/sid/${session}/mode/${MODES[mode].path}`;
}
