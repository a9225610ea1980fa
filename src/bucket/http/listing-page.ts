/** What the listings of all protocols have in common: complete XML, with objects and perhaps a cursor to the next page. */
import { parseXml as parse, XmlElement } from "@rgrove/parse-xml";

import type { StoredObject } from "../bucket.ts";

/** What the query of the next page has besides. */
export type Cursor = Readonly<Record<string, string>>;

export type ListingPage = {
  objects: StoredObject[];
  /** Where the next page begins; `undefined` on the last one. */
  next: Cursor | undefined;
  /** The same place for a store that ignores `next` and begins anew. */
  nextByKey?: Cursor | undefined;
};

/** Twice those of the richest page of a thousand objects. Parsing so many takes half a second. */
const MAX_ELEMENTS = 50_000;

/**
 * Parses a document into objects and texts, or gives `undefined` for what is no XML, or cut, or has too many elements. An
 * element without elements becomes its text, or with an attribute `Encoded` its text and attributes; any other an object of its
 * elements. A repeated one, and each named `listed`, becomes a list. Names lose their namespace's prefix.
 */
export function parseXml(xml: string, listed: string): unknown {
  if (hasTooManyElements(xml)) return undefined;
  try {
    const { root } = parse(xml);
    return root === null ? undefined : { [localName(root)]: convert(root, listed) };
  } catch {
    return undefined; // the parser's words may quote the document
  }
}

/** The text of leaves only: that of an element with elements would be read again at every depth. */
function convert(element: XmlElement, listed: string): unknown {
  const { attributes, children } = element;
  const elements = children.filter((child) => child instanceof XmlElement);
  if (elements.length === 0) {
    const { text } = element;
    return attributes["Encoded"] === undefined ? text : { text, attributes };
  }

  const values = new Map<string, unknown>();
  for (const child of elements) {
    const name = localName(child);
    const value = convert(child, listed);
    const before = values.get(name);
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) values.set(name, [before, value]);
    else values.set(name, name === listed ? [value] : value);
  }
  return Object.fromEntries(values);
}

function localName({ name }: XmlElement): string {
  return name.slice(name.indexOf(":") + 1);
}

function hasTooManyElements(xml: string): boolean {
  let count = 0;
  for (let at = xml.indexOf("<"); at >= 0; at = xml.indexOf("<", at + 1)) {
    if (xml[at + 1] === "/") continue;
    count += 1;
    if (count > MAX_ELEMENTS) return true;
  }
  return false;
}
