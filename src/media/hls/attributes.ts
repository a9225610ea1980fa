/** The attribute list of a tag: RFC 8216, section 4.2. */

const ATTRIBUTE = /([A-Z0-9-]+)=(?:"([^"]*)"|([^",]*))(?:,\s*|$)/gy;

/** The attributes by name, without quotes; `undefined` for a text that is no such list. The first of two counts. */
export function parseAttributes(text: string): ReadonlyMap<string, string> | undefined {
  const attributes = new Map<string, string>();
  let end = 0;
  for (const match of text.matchAll(ATTRIBUTE)) {
    const [whole, name = "", quoted, plain = ""] = match;
    if (!attributes.has(name)) attributes.set(name, quoted ?? plain);
    end = match.index + whole.length;
  }
  return end === text.length ? attributes : undefined;
}
