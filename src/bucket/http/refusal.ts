/**
 * What a store's refusal means. An error quotes only the store's error code and the region that it names: all other words of
 * such an answer may hold keys and signatures.
 */
import { readAll } from "../../lib/read-all.ts";
import { BucketError, type BucketErrorKind } from "../bucket.ts";
import type { HttpResponse } from "./http-client.ts";
import type { StoreCall } from "./request.ts";
import { parseRetryAfter, TransientError } from "./retry.ts";

type Answer = { response: HttpResponse; isObject: boolean };

type Words = { code?: string; region?: string; isAboutKms: boolean };

const MAX_ERROR_BYTES = 64 * 1024;
const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);
const TRANSIENT_CODE =
  /^(SlowDown|RequestTimeout|ServerBusy|OperationTimedOut|InternalError|ConditionalRequestConflict)$/;

/** The error of a response that is no success, or `missing` for an object that does not exist. */
export async function toRefusal(call: StoreCall, answer: Answer): Promise<BucketError | "missing"> {
  const { response, isObject } = answer;
  const { status, headers } = response;
  const words = await readWords(call, response);
  const isBucketMissing = words.code === call.protocol.noBucketCode;
  // A delete marker answers like a key that never was.
  if (status === 404 && isObject && !isBucketMissing) return "missing";

  const { protocol, action } = call;
  const message = `Cannot ${action} bucket "${protocol.bucket}": the store answered ${describe(status, words)}`;
  const facts = { status, ...(words.code !== undefined && { code: words.code }) };
  if (TRANSIENT_STATUS.has(status) || TRANSIENT_CODE.test(words.code ?? "")) {
    return new TransientError(message, { ...facts, retryAfterMs: parseRetryAfter(headers) });
  }
  return new BucketError(message, {
    ...facts,
    kind: isBucketMissing ? "no-bucket" : classify(call, { ...answer, words }),
  });
}

function classify(call: StoreCall, { response, isObject, words }: Answer & { words: Words }): BucketErrorKind {
  const { status } = response;
  const isRefused = status >= 400 && status < 500;
  const isUnreadable = call.action === "read from" && isObject && isRefused;
  if (isUnreadable && (words.isAboutKms || call.protocol.unreadableCode.test(words.code ?? ""))) return "unreadable";
  return status === 401 || status === 403 ? "denied" : "unavailable";
}

function describe(status: number, { code, region }: Words): string {
  const reason = code === undefined ? `${status}` : `${status} ${code}`;
  return region === undefined ? reason : `${reason}: the bucket lies in the region ${region}`;
}

/** What an error response says, where it looks like that. The rest of the body is not used. */
async function readWords({ protocol, signal }: StoreCall, response: HttpResponse): Promise<Words> {
  const header = protocol.errorCodeHeader === undefined ? null : response.headers.get(protocol.errorCodeHeader);
  const text = await readText(response, signal);
  const code = header ?? /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
  const region = response.headers.get("x-amz-bucket-region") ?? /<Region>([^<]*)<\/Region>/.exec(text)?.[1];
  const isElsewhere = isRedirect(response.status) || code === "AuthorizationHeaderMalformed";
  return {
    ...(code !== undefined && /^[A-Za-z0-9.]{1,64}$/.test(code) && { code }),
    ...(isElsewhere && region !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(region) && { region }),
    // Amazon says AccessDenied, too, where the object may be read but its key may not be used.
    isAboutKms: /\bkms:|\bKMS\b/.test(text),
  };
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

async function readText(response: HttpResponse, signal: AbortSignal): Promise<string> {
  try {
    return new TextDecoder().decode(await readAll(response.body, MAX_ERROR_BYTES));
  } catch {
    signal.throwIfAborted();
    return "";
  }
}
