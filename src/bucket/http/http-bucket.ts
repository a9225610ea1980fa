/**
 * The bucket port over HTTP: all that S3 and Azure Blob have in common. A write is one plain PUT with its length. A listing
 * is complete, or says that it is too long, or fails, within bounded work.
 */
import { compareUtf8 } from "../../lib/canonical-json.ts";
import { BodyTooLargeError, readAll } from "../../lib/read-all.ts";
import type { Bucket, ByteRange, Listing, ObjectBody, StoredObject } from "../bucket.ts";
import type { HttpResponse } from "./http-client.ts";
import { parseObjectHead } from "./object-head.ts";
import type { Protocol } from "./protocol.ts";
import { callError, isEncoded, readBody, request, statusError, type StoreCall } from "./request.ts";

/** More than a day of 20 individual tracks in slices of ten seconds. */
const MAX_OBJECTS = 200_000;
/** Five times what so many objects need, because a page may be short. */
const MAX_PAGES = 1000;
/** A page of a thousand keys of 1024 bytes, each byte encoded in three. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** Opens a bucket; nothing is sent yet. A key that no URL can carry (with a `.` or `..` part) is a `BucketError`. */
export function createHttpBucket(protocol: Protocol): Bucket {
  return {
    name: protocol.bucket,

    list(prefix, signal) {
      return listAll({ protocol, action: "list", signal }, prefix);
    },

    async head(key, signal) {
      const call: StoreCall = { protocol, action: "read from", signal };
      // The response to a HEAD has no body, so only a GET tells a missing key from a missing bucket.
      const response = (await request(call, { method: "HEAD", key })) ?? (await request(call, { method: "GET", key }));
      if (response === undefined) return undefined;

      response.discard();
      const head = parseObjectHead(key, response.headers);
      if (head === undefined) throw callError(call, "the answer lacks the object's length, ETag or time");
      return head;
    },

    get(key, { signal, range }) {
      return getObject({ protocol, action: "read from", signal }, { key, range });
    },

    async put(key, bytes, { signal, contentType }) {
      const call: StoreCall = { protocol, action: "write to", signal };
      const headers = { "content-type": contentType };
      const response = requireFound(call, await request(call, { method: "PUT", key, bytes, headers }));
      response.discard();
    },
  };
}

async function listAll(call: StoreCall, prefix: string): Promise<Listing> {
  const objects: StoredObject[] = [];
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const { next, storeTime, ...page } = await listPage(call, { prefix, token });
    for (const { key, etag, ...object } of page.objects) {
      objects.push({ ...object, key: copyText(key), etag: copyText(etag) });
    }
    if (next === undefined || objects.length >= MAX_OBJECTS) {
      return {
        objects: objects.toSorted((a, b) => compareUtf8(a.key, b.key)),
        complete: next === undefined,
        storeTime,
      };
    }

    if (tokens.has(next)) throw callError(call, "the listing goes round in circles");
    tokens.add(next);
    token = next;
  } while (tokens.size < MAX_PAGES);
  throw callError(call, `the listing has more than ${MAX_PAGES} pages`);
}

/** V8's substrings keep the text that they are cut from: copies let a parsed page be freed. */
function copyText(text: string): string {
  return Buffer.from(text).toString();
}

async function listPage(call: StoreCall, { prefix, token }: { prefix: string; token: string | undefined }) {
  const { listQuery, parsePage } = call.protocol;
  const response = requireFound(call, await request(call, { method: "GET", query: listQuery(prefix, token) }));
  const page = parsePage(await readPage(call, response));
  if (page === undefined) throw callError(call, "the answer is not a listing");

  const clock = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(clock)) throw callError(call, "the answer has no date");
  if (page.objects.some(({ key }) => !key.startsWith(prefix))) {
    throw callError(call, "the listing has keys outside the prefix");
  }
  return { ...page, storeTime: new Date(clock).toISOString() };
}

async function readPage(call: StoreCall, response: HttpResponse): Promise<string> {
  try {
    return new TextDecoder().decode(await readAll(readBody(call, response), MAX_PAGE_BYTES));
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw callError(call, `a page has more than ${MAX_PAGE_BYTES} bytes`);
    throw error;
  }
}

async function getObject(call: StoreCall, { key, range }: { key: string; range: ByteRange | undefined }) {
  const headers = range ? { range: `bytes=${range.first}-${range.last}` } : {};
  const response = await request(call, { method: "GET", key, headers });
  if (response === undefined) return undefined;

  const head = parseObjectHead(key, response.headers);
  const isAsRequested = range ? response.status === 206 && isPart(response, range) : response.status === 200;
  if (head !== undefined && isAsRequested && !isEncoded(response)) {
    return { ...head, body: readBody(call, response), discard: () => response.discard() } satisfies ObjectBody;
  }
  response.discard();
  throw callError(call, "the answer is not the object's bytes as asked for");
}

function isPart({ headers }: HttpResponse, { first, last }: ByteRange): boolean {
  const part = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  const [from = Number.NaN, to = Number.NaN, size = Number.NaN] = part?.slice(1).map(Number) ?? [];
  return from === first && to === Math.min(last, size - 1) && from <= to;
}

/** For requests of which only the bucket can be missing. That has an error code: a bare 404 is `unavailable`. */
function requireFound(call: StoreCall, response: HttpResponse | undefined): HttpResponse {
  if (response !== undefined) return response;
  throw statusError(call, { kind: "unavailable", status: 404 });
}
