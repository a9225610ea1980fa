/**
 * One spelling for one value, so that a digest identifies it: object keys sorted by their UTF-8 bytes, `undefined` fields
 * left out, no trailing space, a newline at the end. Not RFC 8785: people read these files, so they may be indented.
 */

/** Orders strings by their UTF-8 bytes, as object stores list keys. UTF-16 order differs beyond U+FFFF. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The JSON text of a value without functions, dates or integer-like keys; `indentation` in spaces, 0 for one line. */
export function canonicalJson(value: unknown, indentation: number): string {
  return `${JSON.stringify(sortKeys(value), null, indentation)}\n`;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => compareUtf8(a, b));
  return Object.fromEntries(entries.map(([key, item]) => [key, sortKeys(item)]));
}
