/**
 * One request to a store over HTTP, never redirected (a signature holds for one host). Every failure becomes a
 * `BucketError`, except an abort, which surfaces as its own reason.
 */
import { BucketError, type StoreEvent } from "../bucket.ts";
import { TailslateError } from "../../lib/tailslate-error.ts";
import { type HttpResponse, sendHttpRequest, SilenceError } from "./http-client.ts";
import type { Protocol, SignedRequest, StoreRequest } from "./protocol.ts";
import { toRefusal } from "./refusal.ts";
import { getLimits, retry, TransientError } from "./retry.ts";

export type StoreCall = {
  protocol: Protocol;
  action: "list" | "read from" | "write to";
  signal: AbortSignal;
};

/** Transport failures that no repetition mends: a name, a certificate, another language. */
const LASTING_CODE = /^(ENOTFOUND$|HPE_|ERR_|CERT_|UNABLE_|DEPTH_|SELF_|HOSTNAME_)/;

/** Sends a request, again where it pays. Gives `undefined` for a key that does not exist. */
export async function request(call: StoreCall, storeRequest: StoreRequest): Promise<HttpResponse | undefined> {
  return retry(call, async () => sendOnce(call, storeRequest));
}

/** Sends a request once. Gives `undefined` for a key that does not exist. Throws a `BucketError` otherwise. */
export async function sendOnce(call: StoreCall, storeRequest: StoreRequest): Promise<HttpResponse | undefined> {
  const { observe = () => undefined } = call.protocol;
  const operation = nameOperation(storeRequest);
  try {
    const response = await fetchAccepted(call, storeRequest);
    observe({ operation, result: response === undefined ? "missing" : "ok" });
    return response;
  } catch (error) {
    if (error instanceof BucketError) observe({ operation, result: error.kind });
    throw error;
  }
}

function nameOperation({ method, key }: StoreRequest): StoreEvent["operation"] {
  if (method === "GET") return key === undefined ? "list" : "get";
  return method === "HEAD" ? "head" : "put";
}

async function fetchAccepted(call: StoreCall, storeRequest: StoreRequest): Promise<HttpResponse | undefined> {
  const response = await fetchResponse(call, storeRequest);
  const { status } = response;
  if (status === 200 || status === 201 || status === 206) return response;

  const refusal = await toRefusal(call, { response, isObject: storeRequest.key !== undefined });
  if (refusal === "missing") return undefined;
  throw refusal;
}

/** The bytes of a response; fails where their count is not the announced one. */
export async function* readBody(call: StoreCall, response: HttpResponse): AsyncGenerator<Uint8Array> {
  const announced = response.headers.get("content-length");
  let received = 0;
  try {
    for await (const chunk of response.body) {
      received += chunk.length;
      yield chunk;
    }
  } catch (error) {
    call.signal.throwIfAborted();
    const seconds = getLimits(call).idleMs / 1000;
    if (error instanceof SilenceError) throw transientError(call, `the answer stopped for ${seconds} s`);
    throw transientError(call, `the answer broke off after ${received} bytes${describeCode(error)}`);
  }
  call.signal.throwIfAborted();
  if (announced !== null && received !== Number(announced)) {
    throw transientError(call, `the answer ended after ${received} of ${announced} bytes`);
  }
}

/** For a call without a usable response. */
export function callError({ protocol, action }: StoreCall, reason: string): BucketError {
  return new BucketError(`Cannot ${action} bucket "${protocol.bucket}": ${reason}`, { kind: "unavailable" });
}

/** As `callError`, where another response may be usable. */
export function transientError({ protocol, action }: StoreCall, reason: string): TransientError {
  return new TransientError(`Cannot ${action} bucket "${protocol.bucket}": ${reason}`, {});
}

async function fetchResponse(call: StoreCall, storeRequest: StoreRequest): Promise<HttpResponse> {
  const { method, bytes } = storeRequest;
  const { headersMs, idleMs } = getLimits(call);
  const signed = await sign(call, storeRequest);
  try {
    return await sendHttpRequest({ ...signed, method, bytes, signal: call.signal, headersMs, idleMs });
  } catch (error) {
    call.signal.throwIfAborted();
    if (error instanceof SilenceError) throw transientError(call, `no answer within ${headersMs / 1000} s`);
    const code = systemCode(error);
    const isLasting = code !== undefined && LASTING_CODE.test(code);
    throw (isLasting ? callError : transientError)(call, `no answer${describeCode(error)}`);
  }
}

async function sign(call: StoreCall, storeRequest: StoreRequest): Promise<SignedRequest> {
  call.signal.throwIfAborted();
  try {
    return await call.protocol.sign(storeRequest);
  } catch (error) {
    call.signal.throwIfAborted();
    // Apart from such a key only the fetching of credentials can fail here.
    const isOurs = error instanceof RangeError || error instanceof TailslateError;
    throw callError(call, isOurs ? error.message : "there are no credentials for it");
  }
}

function describeCode(error: unknown): string {
  const code = systemCode(error);
  return code === undefined ? "" : ` (${code})`;
}

/**
 * The system's code of a transport failure, such as ECONNREFUSED, at whichever depth the runtime puts it. An error quotes
 * nothing else of it: all other words, and so the `cause` too, may hold whole URLs.
 */
function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string" && /^[A-Za-z0-9_]{1,64}$/.test(at.code)) return at.code;
  }
  return undefined;
}
