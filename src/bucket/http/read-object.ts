/**
 * An object's metadata and bytes, from stores that answer as asked and from those that do not: without a length, without ranges,
 * with a word in `Content-Encoding` that names no coding, or with half of a body.
 */
import type { ByteRange, ObjectBody, ObjectHead, ReadOptions } from "../bucket.ts";
import { BucketError } from "../bucket.ts";
import { compareObjects } from "../compare-objects.ts";
import type { HttpResponse } from "./http-client.ts";
import { parseObjectHead } from "./object-head.ts";
import { callError, readBody, request, type StoreCall, transientError } from "./request.ts";
import { pauseAfter, TransientError } from "./retry.ts";

type Wanted = { key: string } & Omit<ReadOptions, "signal">;

/** A response and which bytes of it to give. */
type Opened = { head: ObjectHead; response: HttpResponse; skip: number; range: ByteRange };

/** Codings of bytes. Stores replay other words that an upload left in `Content-Encoding`, and they change nothing. */
const CODINGS: ReadonlySet<string> = new Set("gzip x-gzip br deflate compress x-compress zstd".split(" "));

/** How much of an object is passed over where a store ignores ranges. */
const MAX_SKIPPED_BYTES = 64 * 1024 * 1024;

/** Metadata of one object, or `undefined` when there is none. */
export async function headObject(call: StoreCall, key: string): Promise<ObjectHead | undefined> {
  const response = await request(call, { method: "HEAD", key }).catch((error: unknown) => {
    // The response to a HEAD has no body: only a GET has the store's reason.
    if (error instanceof BucketError && isRefusal(error)) return undefined;
    throw error;
  });
  response?.discard();
  const head = response && parseObjectHead(key, response.headers);
  if (head !== undefined) return head;

  // Only a GET tells a missing key from a missing bucket, and some stores give a length only there.
  const first = await getFirstByte(call, key);
  first?.discard();
  const found = first && parseObjectHead(key, first.headers);
  if (first !== undefined && found === undefined) throw callError(call, "the answer lacks the object's length or time");
  return found;
}

function isRefusal(error: BucketError): boolean {
  const { status = 0 } = error;
  return status >= 400 && status < 500 && !(error instanceof TransientError);
}

/** An empty object has no first byte. */
async function getFirstByte(call: StoreCall, key: string): Promise<HttpResponse | undefined> {
  try {
    return await request(call, { method: "GET", key, headers: { range: "bytes=0-0" } });
  } catch (error) {
    if (error instanceof BucketError && error.status === 416) return request(call, { method: "GET", key });
    throw error;
  }
}

/** An object's bytes, or `undefined` when there is none. */
export async function getObject(call: StoreCall, wanted: Wanted): Promise<ObjectBody | undefined> {
  const opened = await openObject(call, wanted);
  if (opened === undefined) return undefined;
  return { ...opened.head, body: readOn(call, { wanted, opened }), discard: () => opened.response.discard() };
}

async function openObject(call: StoreCall, wanted: Wanted): Promise<Opened | undefined> {
  const { key, range } = wanted;
  const headers = range ? { range: `bytes=${range.first}-${range.last}` } : {};
  const response = await request(call, { method: "GET", key, headers });
  if (response === undefined) return undefined;

  const head = parseObjectHead(key, response.headers, wanted.listedBytes);
  const mistake =
    head === undefined ? "the answer is not the object's bytes as asked for" : findMistake(wanted, response, head);
  if (head !== undefined && mistake === undefined) {
    const last = Math.min(range?.last ?? Infinity, head.sizeBytes - 1);
    const first = range?.first ?? 0;
    return { head, response, skip: response.status === 206 ? 0 : first, range: { first, last } };
  }
  response.discard();
  throw callError(call, mistake ?? "");
}

function findMistake({ range, listedBytes }: Wanted, response: HttpResponse, head: ObjectHead): string | undefined {
  const coding = contentCoding(response);
  if (coding !== undefined && head.sizeBytes !== listedBytes) {
    return `the answer is coded as ${coding}, and not as long as the object`;
  }
  if (response.status === 206 && range !== undefined && isPart(response, range)) return undefined;
  if (response.status !== 200) return "the answer is not the object's bytes as asked for";
  if (range === undefined) return undefined;
  if (range.first >= head.sizeBytes) return "the object has no such bytes";
  return range.first > MAX_SKIPPED_BYTES ? "the store ignores ranges, and the object is too large to read" : undefined;
}

function contentCoding({ headers }: HttpResponse): string | undefined {
  const words = (headers.get("content-encoding") ?? "").toLowerCase().split(",");
  return words.map((word) => word.trim()).find((word) => CODINGS.has(word));
}

function isPart({ headers }: HttpResponse, { first, last }: ByteRange): boolean {
  const part = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  const [from = Number.NaN, to = Number.NaN, size = Number.NaN] = part?.slice(1).map(Number) ?? [];
  return from === first && to === Math.min(last, size - 1) && from <= to;
}

/** The bytes asked for. A body that breaks off is asked for again from there, as long as it is still the same object. */
async function* readOn(
  call: StoreCall,
  { wanted, opened }: { wanted: Wanted; opened: Opened },
): AsyncGenerator<Uint8Array> {
  const { last } = opened.range;
  let { first } = opened.range;
  let current = opened;
  for (let failures = 0; ;) {
    try {
      for await (const piece of readPart(call, current)) {
        first += piece.length;
        failures = 0;
        yield piece;
      }
      return;
    } catch (error) {
      if (first > last || !(await pauseAfter(call, { error, failures }))) throw error;
      failures += 1;
      const next = await openObject(call, { ...wanted, listedBytes: opened.head.sizeBytes, range: { first, last } });
      if (next === undefined || compareObjects(opened.head, next.head) !== "same") {
        next?.response.discard();
        throw error;
      }
      current = next;
    }
  }
}

/** The bytes of a response, without those before and after the range. */
async function* readPart(call: StoreCall, { response, skip, range }: Opened): AsyncGenerator<Uint8Array> {
  const wanted = range.last - range.first + 1;
  let passed = 0;
  let given = 0;
  for await (const chunk of readBody(call, response)) {
    const piece = chunk.subarray(Math.max(0, skip - passed)).subarray(0, wanted - given);
    passed += chunk.length;
    given += piece.length;
    if (piece.length > 0) yield piece;
    if (passed > skip + wanted) break; // what follows was not asked for
  }
  if (given !== wanted) throw transientError(call, `the answer ended after ${given} of ${wanted} bytes`);
}
