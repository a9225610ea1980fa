/**
 * One call to a store over HTTP: sent once, never redirected (a signature holds for one host). Every failure becomes a
 * `BucketError`, except an abort, which surfaces as its own reason.
 *
 * An error quotes only the store's error code, or the system's code of a transport failure: all other words, and so the
 * `cause` too, may hold whole URLs.
 */
import { BucketError, type StoreEvent } from "../bucket.ts";
import { readAll } from "../../lib/read-all.ts";
import { type HttpResponse, sendHttpRequest } from "./http-client.ts";
import type { Protocol, SignedRequest, StoreRequest } from "./protocol.ts";

export type StoreCall = {
  protocol: Protocol;
  action: "list" | "read from" | "write to";
  signal: AbortSignal;
};

const MAX_ERROR_BYTES = 64 * 1024;

/** Sends a request and gives the response, or `undefined` for a key that does not exist. Throws a `BucketError` otherwise. */
export async function request(call: StoreCall, storeRequest: StoreRequest): Promise<HttpResponse | undefined> {
  const { observe = () => undefined } = call.protocol;
  const operation = operationOf(storeRequest);
  try {
    const response = await requestOnce(call, storeRequest);
    observe({ operation, result: response === undefined ? "missing" : "ok" });
    return response;
  } catch (error) {
    if (error instanceof BucketError) observe({ operation, result: error.kind });
    throw error;
  }
}

function operationOf({ method, key }: StoreRequest): StoreEvent["operation"] {
  if (method === "GET") return key === undefined ? "list" : "get";
  return method === "HEAD" ? "head" : "put";
}

async function requestOnce(call: StoreCall, storeRequest: StoreRequest): Promise<HttpResponse | undefined> {
  const response = await fetchResponse(call, storeRequest);
  const { status } = response;
  if (status === 200 || status === 201 || status === 206) return response;

  const code = await readErrorCode(call, response);
  const isBucketMissing = code === call.protocol.noBucketCode;
  if (status === 404 && storeRequest.key !== undefined && !isBucketMissing) return undefined;
  if (status === 401 || status === 403) throw statusError(call, { kind: "denied", status, code });
  throw statusError(call, { kind: isBucketMissing ? "no-bucket" : "unavailable", status, code });
}

/** The bytes of a response; fails where their count is not the announced one. */
export async function* readBody(call: StoreCall, response: HttpResponse): AsyncGenerator<Uint8Array> {
  const announced = isEncoded(response) ? null : response.headers.get("content-length");
  let received = 0;
  try {
    for await (const chunk of response.body) {
      received += chunk.length;
      yield chunk;
    }
  } catch (error) {
    call.signal.throwIfAborted();
    throw callError(call, `the answer broke off after ${received} bytes${systemCode(error)}`);
  }
  call.signal.throwIfAborted();
  if (announced !== null && received !== Number(announced)) {
    throw callError(call, `the answer ended after ${received} of ${announced} bytes`);
  }
}

/** Whether the body is compressed, so that its bytes are not the object's. */
export function isEncoded(response: HttpResponse): boolean {
  return (response.headers.get("content-encoding") ?? "identity") !== "identity";
}

/** For a call without a usable response. */
export function callError({ protocol, action }: StoreCall, reason: string): BucketError {
  return new BucketError(`Cannot ${action} bucket "${protocol.bucket}": ${reason}`, { kind: "unavailable" });
}

type Refusal = { kind: BucketError["kind"]; status: number; code?: string | undefined };

/** For a call that the store refused. */
export function statusError({ protocol, action }: StoreCall, { kind, status, code }: Refusal): BucketError {
  const reason = code === undefined ? `${status}` : `${status} ${code}`;
  return new BucketError(`Cannot ${action} bucket "${protocol.bucket}": the store answered ${reason}`, {
    kind,
    status,
  });
}

async function fetchResponse(call: StoreCall, storeRequest: StoreRequest): Promise<HttpResponse> {
  const { method, bytes } = storeRequest;
  const signed = await sign(call, storeRequest);
  try {
    return await sendHttpRequest({ ...signed, method, bytes, signal: call.signal });
  } catch (error) {
    call.signal.throwIfAborted();
    throw callError(call, `no answer${systemCode(error)}`);
  }
}

async function sign(call: StoreCall, storeRequest: StoreRequest): Promise<SignedRequest> {
  call.signal.throwIfAborted();
  try {
    return await call.protocol.sign(storeRequest);
  } catch (error) {
    call.signal.throwIfAborted();
    // Apart from such a key only the fetching of credentials can fail here.
    throw callError(call, error instanceof RangeError ? error.message : "there are no credentials for it");
  }
}

/** The code of an error response, where it looks like one. The rest of the body is not used. */
async function readErrorCode({ protocol, signal }: StoreCall, response: HttpResponse): Promise<string | undefined> {
  try {
    const text = new TextDecoder().decode(await readAll(response.body, MAX_ERROR_BYTES));
    const header = protocol.errorCodeHeader === undefined ? null : response.headers.get(protocol.errorCodeHeader);
    const code = header ?? /<Code>(\w+)<\/Code>/.exec(text)?.[1];
    return code !== undefined && /^[A-Za-z0-9]{1,64}$/.test(code) ? code : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** The system's code of a transport failure, such as ECONNREFUSED, at whichever depth the runtime puts it. */
function systemCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string" && /^[A-Za-z0-9_]{1,64}$/.test(at.code)) return ` (${at.code})`;
  }
  return "";
}
