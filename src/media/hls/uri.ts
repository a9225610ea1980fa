/** The URIs of a playlist: which of them name a file beside it. */

/** Decodes the percent-encoding of a URI (RFC 3986, section 2.1). */
export function decodeUri(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri; // a `%` that encodes nothing is a `%`
  }
}

/** Whether a name is one that Agora gives: then it counts as written, `#`, `?` and `%` included, and needs no further check. */
export type IsOwnName = (uri: string) => boolean;

/** Why a URI must not be looked up, or `null`. Percent-encoding does not make a dangerous name safe. */
export function findUriFault(uri: string, isOwnName: IsOwnName = () => false): string | null {
  if (isOwnName(uri)) return null;
  const name = decodeUri(uri);
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri) || uri.startsWith("//")) return "an absolute URL";
  if (/[/\\]/.test(uri) || /[/\\]/.test(name) || name === "." || name === "..") return "a path";
  if (/[?#]/.test(uri)) return "a query or a fragment";
  if (CONTROL.test(name)) return "an encoded control character";
  if (uri.length > MAX_NAME) return "a name longer than an object key can be";
  return null;
}

/** As long as an object key can be. */
export const MAX_NAME = 1024;

/** Names that need no further check: no encoding, path, scheme or tag. The group is the part before the time. */
export const PLAIN = /^(\w[\w.-]*_)[\w.-]*$/;
export const PLAIN_CODES = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w.-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

// oxlint-disable-next-line no-control-regex -- control characters are what it finds
export const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
