/** What a protocol adds to the common HTTP bucket: how it signs, lists and names its errors. */
import type { StoreEvent, WriteOptions } from "../bucket.ts";
import type { Cursor, ListingPage } from "./listing-page.ts";

export type StoreRequest = {
  method: "GET" | "HEAD" | "PUT";
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  bytes?: Uint8Array;
};

export type SignedRequest = { url: URL; headers: Record<string, string> };

/** How long one request may take, and how often it is sent. */
export type RequestLimits = {
  /** Until the headers of the response, from the end of the upload. */
  headersMs: number;
  /** Between two pieces of a body. */
  idleMs: number;
  /** Before each repetition, where the store names no time. */
  delaysMs: readonly number[];
};

/** A page's text for a query of a listing. */
export type FetchPage = (query: Record<string, string>) => Promise<string>;

export type Protocol = {
  /** The bucket's name. */
  bucket: string;
  limits?: RequestLimits | undefined;
  /** Signs a request for now. Throws a `RangeError` for a key that no URL can carry. */
  sign: (request: StoreRequest) => Promise<SignedRequest>;
  /** Receives each request that was answered, and each that failed. */
  observe?: ((event: StoreEvent) => void) | undefined;
  /** Gets one page of a listing, or `undefined` for what is no page, or has a successor without a place to begin. */
  listPage: (
    fetchPage: FetchPage,
    place: { prefix: string; next: Cursor | undefined },
  ) => Promise<ListingPage | undefined>;
  /** Headers of a write besides those that every store knows. */
  writeHeaders?: (bytes: Uint8Array, options: Pick<WriteOptions, "lock">) => Record<string, string>;
  /** The error code for a bucket that does not exist. */
  noBucketCode: string;
  /** Error codes for an object that is there and will not be given. */
  unreadableCode: RegExp;
  /** The error code for a write under a key that is taken, besides the status 412. */
  takenCode?: string;
  /** A response header with the error code. The XML body is read where it is missing. */
  errorCodeHeader?: string;
};
