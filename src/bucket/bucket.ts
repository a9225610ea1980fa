/**
 * The port to an object store: one bucket, four verbs.
 *
 * An adapter never retries (Temporal does), never logs, and puts none of the store's own words into an error:
 * S3 error bodies echo keys and signatures. Times are the store's own; nothing here reads the local clock.
 */
import { TailslateError } from "../lib/tailslate-error.ts";

/** An object as a listing shows it. */
export type StoredObject = {
  /** The whole key, from the root of the bucket. */
  key: string;
  sizeBytes: number;
  /** As the store gives it, without quotes. An MD5 only for some stores and some uploads: never compare across vendors. */
  etag: string;
  /** ISO 8601, UTC. */
  lastModified: string;
};

export type Listing = {
  /** Every object under the prefix, all pages, sorted by the UTF-8 bytes of the key. */
  objects: StoredObject[];
  /** Whether these are all. A listing ends after some 200,000 objects: further ones stay unknown. */
  complete: boolean;
  /** The store's clock, from the `Date` header of the last page. ISO 8601, UTC. */
  storeTime: string;
};

/** A checksum that the store computed and keeps, written as the store writes it. */
export type StoredChecksum = {
  algorithm: "crc64nvme" | "crc64ecma" | "crc32c" | "crc32" | "sha256" | "sha1" | "md5";
  value: string;
};

export type ObjectHead = StoredObject & { checksum?: StoredChecksum };

export type ObjectBody = ObjectHead & {
  /** The requested bytes. A body shorter than announced ends in a `BucketError`, never quietly. */
  body: AsyncIterable<Uint8Array>;
  /** Releases the connection of a body that is not read. */
  discard(): void;
};

/** One request to the store and its result, for metrics. `missing`: there is no such key. */
export type StoreEvent = {
  operation: "list" | "head" | "get" | "put";
  result: "ok" | "missing" | BucketError["kind"];
};

/** First and last byte, both inclusive, as in RFC 9110. */
export type ByteRange = { first: number; last: number };

export type Bucket = {
  /** The bucket's name, for people. */
  name: string;
  /** Lists everything under a prefix. Fails rather than return a part, unless the listing is too long: `complete` is false then. */
  list(prefix: string, signal: AbortSignal): Promise<Listing>;
  /** Metadata of one object, or `undefined` when there is none under this key. */
  head(key: string, signal: AbortSignal): Promise<ObjectHead | undefined>;
  /** An object's bytes, or `undefined` when there is none under this key. `sizeBytes` is the whole object's, even for a range. */
  get(key: string, options: { signal: AbortSignal; range?: ByteRange }): Promise<ObjectBody | undefined>;
  /** Writes an object in one request. Overwrites. */
  put(key: string, bytes: Uint8Array, options: { signal: AbortSignal; contentType: string }): Promise<void>;
};

/** Why a call to a store failed. `denied`: 401 or 403. `no-bucket`: there is no such bucket. `unavailable`: everything else. */
export class BucketError extends TailslateError {
  override readonly name = "BucketError";
  readonly kind: "denied" | "no-bucket" | "unavailable";
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;

  /** The message is in our own words: the action, the bucket, the status and the store's error code; no key, no body, no URL. */
  constructor(message: string, facts: { kind: BucketError["kind"]; status?: number; cause?: unknown }) {
    super(message, { cause: facts.cause });
    this.kind = facts.kind;
    this.status = facts.status;
  }
}
