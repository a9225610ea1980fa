/**
 * The bucket port over the S3 protocol, for Amazon S3 and for the many stores that speak it.
 *
 * A write is one plain PUT with its length and its SHA-256: the streamed uploads and trailing checksums of newer SDKs are
 * what other vendors' stores trip over. A listing is whole or fails.
 */
import { type Bucket, type ByteRange, type ObjectBody, readAll, type StoredObject } from "./bucket.ts";
import { bytesOf, type Call, callFailed, isEncoded, send } from "./s3-call.ts";
import { parseObjectHead } from "./s3-head.ts";
import { type ListingPage, parseListingPage } from "./s3-listing.ts";
import type { S3Settings } from "./s3-request.ts";

/** More than a day of 20 individual tracks in slices of ten seconds. */
const MAX_OBJECTS = 200_000;
/** A page of a thousand keys of 1024 bytes, each byte encoded in three. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

/** Opens a bucket; nothing is sent yet. A key that no URL can carry (with a `.` or `..` part) is a `BucketError`. */
export function createS3Bucket(settings: S3Settings): Bucket {
  return {
    name: settings.bucket,

    async list(prefix, signal) {
      const call: Call = { settings, action: "list", signal };
      const objects: StoredObject[] = [];
      const tokens = new Set<string | undefined>();
      for (let token: string | undefined; ;) {
        const page = await listPage(call, { prefix, token });
        for (const object of page.objects) objects.push(object);
        if (objects.length > MAX_OBJECTS) throw callFailed(call, `it holds more than ${MAX_OBJECTS} objects there`);
        if (page.next === undefined) return { objects: objects.toSorted(byKeyBytes), storeTime: page.storeTime };

        token = page.next;
        if (tokens.has(token)) throw callFailed(call, "the listing goes round in circles");
        tokens.add(token);
      }
    },

    async head(key, signal) {
      const call: Call = { settings, action: "read from", signal };
      // The answer to a HEAD has no body, so only a GET tells a missing key from a missing bucket.
      const response = (await send(call, { method: "HEAD", key })) ?? (await send(call, { method: "GET", key }));
      if (response === undefined) return undefined;

      await response.body?.cancel();
      const head = parseObjectHead(key, response.headers);
      if (head === undefined) throw callFailed(call, "the answer lacks the object's length, ETag or time");
      return head;
    },

    get(key, { signal, range }) {
      return getObject({ settings, action: "read from", signal }, { key, range });
    },

    async put(key, bytes, { signal, contentType }) {
      const call: Call = { settings, action: "write to", signal };
      const headers = { "content-type": contentType };
      const response = found(call, await send(call, { method: "PUT", key, bytes, headers }));
      if (response === undefined)
        throw callFailed(call, "the store answered 404", { kind: "unavailable", status: 404 });
      await response.body?.cancel();
    },
  };
}

async function listPage(call: Call, { prefix, token }: { prefix: string; token: string | undefined }) {
  const continuation = token === undefined ? {} : { "continuation-token": token };
  const query = { "list-type": "2", "encoding-type": "url", prefix, ...continuation };
  const response = found(call, await send(call, { method: "GET", query }));

  const page = await readPage(call, bytesOf(call, response));
  const clock = Date.parse(response.headers.get("date") ?? "");
  if (Number.isNaN(clock)) throw callFailed(call, "the answer has no date");
  if (page.objects.some(({ key }) => !key.startsWith(prefix))) {
    throw callFailed(call, "the listing has keys outside the prefix");
  }
  return { ...page, storeTime: new Date(clock).toISOString() };
}

async function readPage(call: Call, body: AsyncIterable<Uint8Array>): Promise<ListingPage> {
  try {
    const page = parseListingPage(new TextDecoder().decode(await readAll(body, MAX_PAGE_BYTES)));
    if (page !== undefined) return page;
  } catch (error) {
    if (error instanceof RangeError) throw callFailed(call, `a page has more than ${MAX_PAGE_BYTES} bytes`);
    throw error;
  }
  throw callFailed(call, "the answer is not a listing");
}

async function getObject(call: Call, { key, range }: { key: string; range: ByteRange | undefined }) {
  const headers = range ? { range: `bytes=${range.first}-${range.last}` } : undefined;
  const response = await send(call, { method: "GET", key, ...(headers && { headers }) });
  if (response === undefined) return undefined;

  const head = parseObjectHead(key, response.headers);
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  const isAsAsked = range ? response.status === 206 && Number(start) === range.first : response.status === 200;
  if (head !== undefined && isAsAsked && !isEncoded(response)) {
    return { ...head, body: bytesOf(call, response) } satisfies ObjectBody;
  }
  await response.body?.cancel();
  throw callFailed(call, "the answer is not the object's bytes as asked for");
}

/** Where nothing can be missing but the bucket, whose error has a code, a bare 404 says nothing that is known. */
function found(call: Call, response: Response | undefined): Response {
  if (response !== undefined) return response;
  throw callFailed(call, "the store answered 404", { kind: "unavailable", status: 404 });
}

function byKeyBytes(a: StoredObject, b: StoredObject) {
  return Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
}
