/** What a protocol adds to the common HTTP bucket: how it signs, lists and names its errors. */
import type { StoreEvent } from "../bucket.ts";
import type { ListingPage } from "./listing-page.ts";

export type StoreRequest = {
  method: "GET" | "HEAD" | "PUT";
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  bytes?: Uint8Array;
};

export type SignedRequest = { url: URL; headers: Record<string, string> };

export type Protocol = {
  /** The bucket's name. */
  bucket: string;
  /** Signs a request for now. Throws a `RangeError` for a key that no URL can carry. */
  sign: (request: StoreRequest) => Promise<SignedRequest>;
  /** Receives each request that was answered, and each that failed. */
  observe?: ((event: StoreEvent) => void) | undefined;
  /** The query for one page of a listing. */
  listQuery: (prefix: string, token: string | undefined) => Record<string, string>;
  /** Reads a page, or gives `undefined` for what is no page, or has a successor without a token. */
  parsePage: (xml: string) => ListingPage | undefined;
  /** The error code for a bucket that does not exist. */
  noBucketCode: string;
  /** A response header with the error code. The XML body is read where it is missing. */
  errorCodeHeader?: string;
};
