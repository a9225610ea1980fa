/** What the listings of all protocols have in common: complete XML, with objects and perhaps a token for the next page. */
import { parseXml as parse, XmlElement } from "@rgrove/parse-xml";

import type { StoredObject } from "../bucket.ts";

export type ListingPage = {
  objects: StoredObject[];
  /** Where the next page begins; `undefined` on the last one. */
  next: string | undefined;
};

/**
 * Parses a document into objects and texts, or gives `undefined` for what is no XML, or cut. An element becomes its text, an
 * object of its elements, or its text and attributes; a repeated one, and each named `listed`, becomes a list.
 */
export function parseXml(xml: string, listed: string): unknown {
  try {
    const { root } = parse(xml);
    return root === null ? undefined : { [root.name]: convert(root, listed) };
  } catch {
    return undefined; // the parser's words may quote the document
  }
}

function convert({ attributes, children, text }: XmlElement, listed: string): unknown {
  const elements = children.filter((child) => child instanceof XmlElement);
  if (elements.length === 0) return Object.keys(attributes).length === 0 ? text : { text, attributes };

  const values = new Map<string, unknown>();
  for (const element of elements) {
    const { name } = element;
    const value = convert(element, listed);
    const before = values.get(name);
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) values.set(name, [before, value]);
    else values.set(name, name === listed ? [value] : value);
  }
  return Object.fromEntries(values);
}
