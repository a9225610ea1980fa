/** The URIs of a playlist: which of them stand for a file beside it, and for which. */

/** The file name that a URI stands for once its percent-encoding is undone (RFC 3986, section 2.1). */
export function decodeUri(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri; // A `%` that encodes nothing stands for itself.
  }
}

/** Why a URI is not looked up, or `null`. What is dangerous plainly is so percent-encoded as well. */
export function uriFault(uri: string): string | null {
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

/** Names in which nothing can hide: no encoding, no path, no scheme, no tag. The group is what stands before the time. */
export const PLAIN = /^(\w[\w.-]*_)[\w.-]*$/;
export const PLAIN_CODES = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w.-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

// oxlint-disable-next-line no-control-regex -- control characters are what it finds
export const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
