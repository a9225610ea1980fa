/** A listing is complete, or says that it is too long, or fails, within bounded work. */
import { compareUtf8 } from "../../lib/canonical-json.ts";
import { BodyTooLargeError, readAll } from "../../lib/read-all.ts";
import type { Listing, StoredObject } from "../bucket.ts";
import { parseStoreTime } from "./formats.ts";
import type { HttpResponse } from "./http-client.ts";
import type { Cursor, ListingPage } from "./listing-page.ts";
import { callError, readBody, sendOnce, type StoreCall, transientError } from "./request.ts";
import { retry } from "./retry.ts";

/** More than a day of 20 individual tracks in slices of ten seconds. */
const MAX_OBJECTS = 200_000;
/** Five times what so many objects need, because a page may be short. */
const MAX_PAGES = 1000;
/** A page of a thousand keys of 1024 bytes, each byte encoded in three. */
const MAX_PAGE_BYTES = 16 * 1024 * 1024;

type DatedPage = ListingPage & { storeTime: string };

/** Lists everything under a prefix. */
export async function listObjects(call: StoreCall, prefix: string): Promise<Listing> {
  const objects: StoredObject[] = [];
  const isRepeated = createRepeatCheck();
  let next: Cursor | undefined;
  let nextByKey: Cursor | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page = await listPage(call, { prefix, next });
    if (isRepeated(page, next)) {
      // The store did not understand where to begin.
      if (nextByKey === undefined) throw callError(call, "the listing goes round in circles");
      next = nextByKey;
      nextByKey = undefined;
      continue;
    }
    for (const { key, etag, ...object } of page.objects) {
      objects.push({ ...object, key: copyText(key), etag: copyText(etag) });
    }
    if (page.next === undefined || objects.length >= MAX_OBJECTS) {
      return { objects: sortByKey(objects), complete: page.next === undefined, storeTime: page.storeTime };
    }
    ({ next, nextByKey } = page);
  }
  throw callError(call, `the listing has more than ${MAX_PAGES} pages`);
}

function sortByKey(objects: StoredObject[]): StoredObject[] {
  return objects.toSorted((a, b) => compareUtf8(a.key, b.key));
}

/** Creates a function that says whether a page was there before: by its first key, or as an empty page by its cursor. */
function createRepeatCheck(): (page: ListingPage, cursor: Cursor | undefined) => boolean {
  const seen = new Set<string>();
  return ({ objects: [first], next }) => {
    const mark = JSON.stringify(first === undefined ? next : first.key);
    if (mark === undefined) return false;
    const isSeen = seen.has(mark);
    seen.add(mark);
    return isSeen;
  };
}

/** V8's substrings keep the text that they are cut from: copies let a parsed page be freed. */
function copyText(text: string): string {
  return Buffer.from(text).toString();
}

async function listPage(call: StoreCall, place: { prefix: string; next: Cursor | undefined }): Promise<DatedPage> {
  return retry(call, async () => {
    let storeTime = "";
    const page = await call.protocol.listPage(async (query) => {
      const fetched = await fetchPage(call, query);
      storeTime = fetched.storeTime;
      return fetched.text;
    }, place);
    if (page === undefined) throw transientError(call, "the answer is not a listing");
    if (page.objects.some(({ key }) => !key.startsWith(place.prefix))) {
      throw callError(call, "the listing has keys outside the prefix");
    }
    return { ...page, storeTime };
  });
}

async function fetchPage(call: StoreCall, query: Record<string, string>): Promise<{ text: string; storeTime: string }> {
  const response = await sendOnce(call, { method: "GET", query });
  if (response === undefined) throw callError(call, "the store answered 404");
  const text = await readPage(call, response);
  // Gateways without a clock of their own send no date. What the worker's clock is wrong by shifts the quiet time.
  const storeTime = parseStoreTime(response.headers.get("date") ?? "") ?? new Date().toISOString();
  return { text, storeTime };
}

async function readPage(call: StoreCall, response: HttpResponse): Promise<string> {
  try {
    return new TextDecoder().decode(await readAll(readBody(call, response), MAX_PAGE_BYTES));
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw callError(call, `a page has more than ${MAX_PAGE_BYTES} bytes`);
    throw error;
  }
}
