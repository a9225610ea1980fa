/**
 * The bucket port over HTTP: what S3 and Azure Blob have in common, which is everything but how a request is signed and
 * what a listing looks like. A write is one plain PUT with its length; a listing is whole, or says that it is too long, or
 * fails, within bounded work.
 */
import type { Bucket, ByteRange, ObjectBody, StoredObject, StoreEvent } from "../bucket.ts";
import { readAll } from "../../lib/read-all.ts";
import { bytesOf, type Call, callFailed, isEncoded, send, type SignedRequest, type StoreRequest } from "./request.ts";
import type { Answer } from "./http-client.ts";
import type { ListingPage } from "./listing-page.ts";
import { parseObjectHead } from "./object-head.ts";

export type Protocol = {
  /** The bucket's name. */
  bucket: string;
  /** Signs a request for now. Throws a `RangeError` for a key that no URL can carry. */
  sign: (request: StoreRequest) => Promise<SignedRequest>;
  /** Hears of each request that was answered, and of each that failed. */
  observe?: ((event: StoreEvent) => void) | undefined;
  /** The query that asks for one page of a listing. */
  listQuery: (prefix: string, token: string | undefined) => Record<string, string>;
  /** Reads a page, or gives `undefined` when this is none, or when it has a successor that cannot be asked for. */
  parsePage: (xml: string) => ListingPage | undefined;
};

/** More than a day of 20 individual tracks in slices of ten seconds. */
const MAX_OBJECTS = 200_000;
/** Five times what so many objects need, because a page may be short. */
const MAX_PAGES = 1000;
/** A page of a thousand keys of 1024 bytes, each byte encoded in three. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** Opens a bucket; nothing is sent yet. A key that no URL can carry (with a `.` or `..` part) is a `BucketError`. */
export function createHttpBucket(protocol: Protocol): Bucket {
  const { bucket, sign, observe = () => undefined } = protocol;
  const common = { bucket, sign, observe };
  return {
    name: bucket,

    list(prefix, signal) {
      return listAll(protocol, prefix, { ...common, action: "list", signal });
    },

    async head(key, signal) {
      const call: Call = { ...common, action: "read from", signal };
      // The answer to a HEAD has no body, so only a GET tells a missing key from a missing bucket.
      const response = (await send(call, { method: "HEAD", key })) ?? (await send(call, { method: "GET", key }));
      if (response === undefined) return undefined;

      response.discard();
      const head = parseObjectHead(key, response.headers);
      if (head === undefined) throw callFailed(call, "the answer lacks the object's length, ETag or time");
      return head;
    },

    get(key, { signal, range }) {
      return getObject({ ...common, action: "read from", signal }, { key, range });
    },

    async put(key, bytes, { signal, contentType }) {
      const call: Call = { ...common, action: "write to", signal };
      const headers = { "content-type": contentType };
      const response = found(call, await send(call, { method: "PUT", key, bytes, headers }));
      response.discard();
    },
  };
}

async function listAll(protocol: Protocol, prefix: string, call: Call) {
  const objects: StoredObject[] = [];
  const tokens = new Set<string | undefined>();
  for (let token: string | undefined; ;) {
    const page = await listPage(protocol, { prefix, token }, call);
    for (const object of page.objects) objects.push({ ...object, key: copied(object.key), etag: copied(object.etag) });
    const whole = page.next === undefined;
    if (whole || objects.length >= MAX_OBJECTS) {
      return { objects: objects.toSorted(byKeyBytes), whole, storeTime: page.storeTime };
    }

    token = page.next;
    if (tokens.has(token)) throw callFailed(call, "the listing goes round in circles");
    tokens.add(token);
    if (tokens.size >= MAX_PAGES) throw callFailed(call, `the listing has more than ${MAX_PAGES} pages`);
  }
}

/** A piece of a text keeps the whole text in memory, and a listing outlives its pages. */
function copied(text: string): string {
  return Buffer.from(text).toString();
}

type PageRequest = { prefix: string; token: string | undefined };

async function listPage(protocol: Protocol, { prefix, token }: PageRequest, call: Call) {
  const response = found(call, await send(call, { method: "GET", query: protocol.listQuery(prefix, token) }));
  const page = protocol.parsePage(await readPage(call, response));
  if (page === undefined) throw callFailed(call, "the answer is not a listing");

  const clock = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(clock)) throw callFailed(call, "the answer has no date");
  if (page.objects.some(({ key }) => !key.startsWith(prefix))) {
    throw callFailed(call, "the listing has keys outside the prefix");
  }
  return { ...page, storeTime: new Date(clock).toISOString() };
}

async function readPage(call: Call, response: Answer): Promise<string> {
  try {
    return new TextDecoder().decode(await readAll(bytesOf(call, response), MAX_PAGE_BYTES));
  } catch (error) {
    if (error instanceof RangeError) throw callFailed(call, `a page has more than ${MAX_PAGE_BYTES} bytes`);
    throw error;
  }
}

async function getObject(call: Call, { key, range }: { key: string; range: ByteRange | undefined }) {
  const headers = range ? { range: `bytes=${range.first}-${range.last}` } : undefined;
  const response = await send(call, { method: "GET", key, ...(headers && { headers }) });
  if (response === undefined) return undefined;

  const head = parseObjectHead(key, response.headers);
  const isAsAsked = range ? response.status === 206 && isPart(response, range) : response.status === 200;
  if (head !== undefined && isAsAsked && !isEncoded(response)) {
    return { ...head, body: bytesOf(call, response) } satisfies ObjectBody;
  }
  response.discard();
  throw callFailed(call, "the answer is not the object's bytes as asked for");
}

function isPart({ headers }: Answer, { first, last }: ByteRange): boolean {
  const part = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  const [from = Number.NaN, to = Number.NaN, size = Number.NaN] = part?.slice(1).map(Number) ?? [];
  return from === first && to === Math.min(last, size - 1) && from <= to;
}

/** Where nothing can be missing but the bucket, whose error has a code, a bare 404 says nothing that is known. */
function found(call: Call, response: Answer | undefined): Answer {
  if (response !== undefined) return response;
  throw callFailed(call, "the store answered 404", { kind: "unavailable", status: 404 });
}

function byKeyBytes(a: StoredObject, b: StoredObject) {
  return Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
}
