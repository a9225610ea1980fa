/**
 * The URL of a bucket or of an object in it. The path and the query are encoded here exactly as they are signed, because URL
 * parsers differ over a space, a plus and a quote.
 */
import type { StoreRequest } from "./protocol.ts";

/** `root` is the bucket's own URL. Throws a `RangeError` for a key that no URL can carry. */
export function objectUrl(root: URL, { key = "", query = {} }: StoreRequest): URL {
  const parts = key.split("/");
  // A URL parser resolves dot segments, encoded ones too: the request would name another object.
  if (!key.isWellFormed() || parts.includes(".") || parts.includes("..")) {
    throw new RangeError("the key has a part that no URL can carry");
  }
  const url = new URL(root);
  // No slash after the bucket: some stores drop it when they check the signature.
  const base = url.pathname.replace(/\/$/, "");
  url.pathname = key === "" ? base : `${base}/${parts.map(encode).join("/")}`;
  url.search = Object.entries(query)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .join("&");
  return url;
}

/** Every byte but the unreserved characters of RFC 3986 §2.3. */
function encode(text: string) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
