/** What the listings of all stores have in common: XML, which must be whole, with objects and perhaps a page after it. */
import { XMLParser, XMLValidator } from "fast-xml-parser";

import type { StoredObject } from "./bucket.ts";

export type ListingPage = {
  objects: StoredObject[];
  /** Where the next page begins; `undefined` on the last one. */
  next: string | undefined;
};

const ENTRIES = new Set(["ListBucketResult.Contents", "EnumerationResults.Blobs.Blob"]);

const parser = new XMLParser({
  ignoreDeclaration: true,
  ignoreAttributes: false,
  parseTagValue: false,
  trimValues: false, // a key may end with a space
  htmlEntities: true, // brings the numeric ones
  isArray: (_name, path) => ENTRIES.has(String(path)),
});

/**
 * Parses a document, or gives `undefined` for what is none. The validator alone knows one that ends in the middle, the
 * parser alone a declaration that does.
 */
export function parseXml(xml: string): unknown {
  if (XMLValidator.validate(xml) !== true) return undefined;
  try {
    return parser.parse(xml);
  } catch {
    return undefined; // its words may be the document's
  }
}
