/**
 * One call to a store over HTTP: sent once, never redirected (a signature holds for one host), and every way in which it can
 * go wrong turned into a `BucketError`, except an abort, which surfaces as its own reason.
 *
 * Of a store's own words only its error code enters an error, and of a transport failure only the system's code: the rest,
 * and so the `cause` too, may hold whole URLs.
 */
import { BucketError, type StoreEvent } from "../bucket.ts";
import { readAll } from "../../lib/read-all.ts";
import { type Answer, exchange } from "./http-client.ts";

export type StoreRequest = {
  method: "GET" | "HEAD" | "PUT";
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  bytes?: Uint8Array;
};

export type SignedRequest = { url: URL; headers: Record<string, string> };

export type Call = {
  bucket: string;
  action: "list" | "read from" | "write to";
  signal: AbortSignal;
  /** Signs a request for now. Throws a `RangeError` for a key that no URL can carry. */
  sign: (request: StoreRequest) => Promise<SignedRequest>;
  observe: (event: StoreEvent) => void;
};

const MAX_ERROR_BYTES = 64 * 1024;
const NO_BUCKET = new Set(["NoSuchBucket", "ContainerNotFound"]);

/** Sends a request and gives the answer, or `undefined` for a key that is not there. Throws a `BucketError` for the rest. */
export async function send(call: Call, request: StoreRequest): Promise<Answer | undefined> {
  const operation = operationOf(request);
  try {
    const response = await sent(call, request);
    call.observe({ operation, result: response === undefined ? "missing" : "ok" });
    return response;
  } catch (error) {
    if (error instanceof BucketError) call.observe({ operation, result: error.kind });
    throw error;
  }
}

function operationOf({ method, key }: StoreRequest): StoreEvent["operation"] {
  if (method === "GET") return key === undefined ? "list" : "get";
  return method === "HEAD" ? "head" : "put";
}

async function sent(call: Call, request: StoreRequest): Promise<Answer | undefined> {
  const response = await answerTo(call, request, await signed(call, request));
  const { status } = response;
  if (status === 200 || status === 201 || status === 206) return response;

  const code = await errorCode(call, response);
  const noBucket = code !== undefined && NO_BUCKET.has(code);
  if (status === 404 && request.key !== undefined && !noBucket) return undefined;
  const why = `the store answered ${status}${code === undefined ? "" : ` ${code}`}`;
  const denied = status === 401 || status === 403;
  throw callFailed(call, why, { kind: denied ? "denied" : noBucket ? "no-bucket" : "unavailable", status });
}

/** The bytes of an answer, held against the length that it announced. */
export async function* bytesOf(call: Call, response: Answer): AsyncGenerator<Uint8Array> {
  const announced = isEncoded(response) ? null : response.headers.get("content-length");
  let received = 0;
  try {
    for await (const chunk of response.body) {
      received += chunk.length;
      yield chunk;
    }
  } catch (error) {
    call.signal.throwIfAborted();
    throw callFailed(call, `the answer broke off after ${received} bytes${systemCode(error)}`);
  }
  call.signal.throwIfAborted();
  if (announced !== null && received !== Number(announced)) {
    throw callFailed(call, `the answer ended after ${received} of ${announced} bytes`);
  }
}

/** Whether the body is another form of what the store keeps. */
export function isEncoded(response: Answer): boolean {
  return (response.headers.get("content-encoding") ?? "identity") !== "identity";
}

export function callFailed(
  { bucket, action }: Call,
  why: string,
  facts: { kind: BucketError["kind"]; status?: number } = { kind: "unavailable" },
): BucketError {
  return new BucketError(`Cannot ${action} bucket "${bucket}": ${why}`, facts);
}

async function signed(call: Call, request: StoreRequest): Promise<SignedRequest> {
  call.signal.throwIfAborted();
  try {
    return await call.sign(request);
  } catch (error) {
    call.signal.throwIfAborted();
    // Nothing else can fail here than what fetches the keys.
    throw callFailed(call, error instanceof RangeError ? error.message : "there are no credentials for it");
  }
}

async function answerTo(call: Call, { method, bytes }: StoreRequest, signedRequest: SignedRequest): Promise<Answer> {
  try {
    return await exchange({ ...signedRequest, method, bytes, signal: call.signal });
  } catch (error) {
    call.signal.throwIfAborted();
    throw callFailed(call, `no answer${systemCode(error)}`);
  }
}

/** The code of an error answer, if it looks like one; whatever else it says stays unread. */
async function errorCode({ signal }: Call, response: Answer): Promise<string | undefined> {
  try {
    const text = new TextDecoder().decode(await readAll(response.body, MAX_ERROR_BYTES));
    const code = response.headers.get("x-ms-error-code") ?? /<Code>(\w+)<\/Code>/.exec(text)?.[1];
    return code !== undefined && /^[A-Za-z0-9]{1,64}$/.test(code) ? code : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** The system's code of a transport failure, such as ECONNREFUSED, wherever the runtime hides it. */
function systemCode(error: unknown): string {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ("code" in at && typeof at.code === "string" && /^[A-Za-z0-9_]{1,64}$/.test(at.code)) return ` (${at.code})`;
  }
  return "";
}
