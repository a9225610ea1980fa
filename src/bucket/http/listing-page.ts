/** What the listings of all stores have in common: XML, which must be whole, with objects and perhaps a page after it. */
import { parseXml as parse, XmlElement } from "@rgrove/parse-xml";

import type { StoredObject } from "../bucket.ts";

export type ListingPage = {
  objects: StoredObject[];
  /** Where the next page begins; `undefined` on the last one. */
  next: string | undefined;
};

/** Elements that are lists even when there is one of them. */
const ENTRIES = new Set(["Contents", "Blob"]);

/**
 * Parses a document into objects and texts, or gives `undefined` for what is none, or not whole. An element is its text, an
 * object of its elements, or its text and its attributes; one that stands several times is a list.
 */
export function parseXml(xml: string): unknown {
  try {
    const { root } = parse(xml);
    return root === null ? undefined : { [root.name]: valueOf(root) };
  } catch {
    return undefined; // its words may be the document's
  }
}

function valueOf({ attributes, children, text }: XmlElement): unknown {
  const elements = children.filter((child) => child instanceof XmlElement);
  if (elements.length === 0) return Object.keys(attributes).length === 0 ? text : { text, attributes };

  const values = new Map<string, unknown>();
  for (const element of elements) {
    const { name } = element;
    const value = valueOf(element);
    const before = values.get(name);
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) values.set(name, [before, value]);
    else values.set(name, ENTRIES.has(name) ? [value] : value);
  }
  return Object.fromEntries(values);
}
