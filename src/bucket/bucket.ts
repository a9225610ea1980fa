/**
 * The port to an object store: one bucket, four verbs.
 *
 * One bad answer costs one request: an adapter repeats a request a few times, for some seconds. A store that stays away ends
 * the call, and Temporal repeats the whole step. An adapter never logs, and puts none of the store's own words into an error:
 * S3 error bodies echo keys and signatures. Times are the store's own, but for a store that gives none: see `storeTime`.
 */
import { TailslateError } from "../lib/tailslate-error.ts";

/** An object as a listing shows it. */
export type StoredObject = {
  /** The whole key, from the root of the bucket. */
  key: string;
  sizeBytes: number;
  /**
   * As the store gives it, without quotes and without the mark of a weak one; empty where the store gives none. An MD5 only
   * for some stores and some uploads: never compare across vendors, and within one store with `compareObjects`.
   */
  etag: string;
  /** ISO 8601, UTC. */
  lastModified: string;
};

export type Listing = {
  /** Every object under the prefix, all pages, sorted by the UTF-8 bytes of the key. */
  objects: StoredObject[];
  /** Whether these are all. A listing ends after some 200,000 objects: further ones stay unknown. */
  complete: boolean;
  /** The store's clock, from the `Date` header of the last page; the worker's own where the store sends none. ISO 8601, UTC. */
  storeTime: string;
};

/** A checksum that the store computed and keeps, written as the store writes it. */
export type StoredChecksum = {
  algorithm: "crc64nvme" | "crc64ecma" | "crc32c" | "crc32" | "sha256" | "sha1" | "md5";
  value: string;
};

export type ObjectHead = StoredObject & {
  checksum?: StoredChecksum;
  /** Which version of the object this is, in a bucket that keeps versions. */
  versionId?: string;
};

export type ObjectBody = ObjectHead & {
  /** The requested bytes. A body that breaks off is taken up again, or ends in a `BucketError`, never quietly. */
  body: AsyncIterable<Uint8Array>;
  /** Releases the connection of a body that is not read. */
  discard: () => void;
};

/** One request to the store and its result, for metrics. `missing`: there is no such key. */
export type StoreEvent = {
  operation: "list" | "head" | "get" | "put";
  result: "ok" | "missing" | BucketErrorKind;
};

/** First and last byte, both inclusive, as in RFC 9110. */
export type ByteRange = { first: number; last: number };

export type ReadOptions = {
  signal: AbortSignal;
  range?: ByteRange;
  /** The object's size, as listed. A body with a real content coding is accepted only when it has this length. */
  listedBytes?: number;
};

export type WriteOptions = {
  signal: AbortSignal;
  contentType: string;
  /** Writes only where nothing lies under the key, atomically where the store can. Default: overwrites. */
  ifAbsent?: boolean;
  /** Whether the store's Object Lock, as configured, protects the object. Default: no. */
  lock?: boolean;
};

export type Bucket = {
  /** The bucket's name, for people. */
  name: string;
  /** Lists everything under a prefix. Fails rather than return a part, unless the listing is too long: `complete` is false then. */
  list(prefix: string, signal: AbortSignal): Promise<Listing>;
  /** Metadata of one object, or `undefined` when there is none under this key. */
  head(key: string, signal: AbortSignal): Promise<ObjectHead | undefined>;
  /** An object's bytes, or `undefined` when there is none under this key. `sizeBytes` is the whole object's, even for a range. */
  get(key: string, options: ReadOptions): Promise<ObjectBody | undefined>;
  /** Writes an object in one request. Gives `exists` where `ifAbsent` kept it from being written. */
  put(key: string, bytes: Uint8Array, options: WriteOptions): Promise<"written" | "exists">;
};

/**
 * Why a call to a store failed. `denied`: 401 or 403. `no-bucket`: there is no such bucket. `unreadable`: the store has the
 * object and will not give its bytes, because it is archived or its key is out of reach. `unavailable`: everything else.
 */
export type BucketErrorKind = "denied" | "no-bucket" | "unreadable" | "unavailable";

export class BucketError extends TailslateError {
  override readonly name = "BucketError";
  readonly kind: BucketErrorKind;
  /** The HTTP status, where there was one. */
  readonly status: number | undefined;
  /** The store's error code, where there was one: letters, digits and dots. */
  readonly code: string | undefined;

  /** The message is in our own words: the action, the bucket, the status and the store's error code; no key, no body, no URL. */
  constructor(message: string, facts: { kind: BucketErrorKind; status?: number; code?: string; cause?: unknown }) {
    super(message, { cause: facts.cause });
    this.kind = facts.kind;
    this.status = facts.status;
    this.code = facts.code;
  }
}
