/**
 * One page of List Blobs: https://learn.microsoft.com/en-us/rest/api/storageservices/list-blobs
 *
 * A name that XML 1.0 cannot carry comes percent-encoded, with an attribute that says so. A page must have a `NextMarker`,
 * which is empty on the last one.
 */
import { z } from "zod";

import { parseEtag, parseStoreTime } from "../http/formats.ts";
import { type ListingPage, parseXml } from "../http/listing-page.ts";

const Name = z.union([
  z.string(),
  z.object({ text: z.string(), attributes: z.object({ Encoded: z.literal("true") }) }),
]);

const Page = z.object({
  EnumerationResults: z.object({
    NextMarker: z.string(),
    Blobs: z.union([
      z
        .string()
        .regex(/^\s*$/)
        .transform(() => []),
      z
        .object({
          Blob: z.array(
            z.object({
              Name,
              Properties: z.object({
                "Content-Length": z.string().regex(/^\d{1,15}$/),
                Etag: z.string().default(""),
                "Last-Modified": z.string().transform(parseStoreTime).pipe(z.string()),
              }),
            }),
          ),
        })
        .transform(({ Blob }) => Blob),
    ]),
  }),
});

/** Reads a page, or gives `undefined` for what is no page. */
export function parseAzurePage(xml: string): ListingPage | undefined {
  const page = Page.safeParse(parseXml(xml, "Blob"));
  if (!page.success) return undefined;

  const { NextMarker, Blobs } = page.data.EnumerationResults;
  try {
    const objects = Blobs.map(({ Name: name, Properties }) => ({
      key: typeof name === "string" ? name : decodeURIComponent(name.text),
      sizeBytes: Number(Properties["Content-Length"]),
      etag: parseEtag(Properties.Etag),
      lastModified: Properties["Last-Modified"],
    }));
    return { objects, next: NextMarker === "" ? undefined : { marker: NextMarker } };
  } catch {
    return undefined; // a name that is not encoded although it says so
  }
}
