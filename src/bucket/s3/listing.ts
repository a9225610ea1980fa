/**
 * One page of ListObjectsV2: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 *
 * Keys are requested URL-encoded, because XML 1.0 cannot carry every character of a key; a store that does not know
 * `encoding-type` does not repeat it. A page must say whether it is the last one.
 */
import { z } from "zod";

import { type ListingPage, parseXml } from "../http/listing-page.ts";

const Page = z.object({
  ListBucketResult: z.object({
    EncodingType: z.string().optional(),
    IsTruncated: z.enum(["true", "false"]),
    NextContinuationToken: z.string().min(1).optional(),
    Contents: z
      .array(
        z.object({
          Key: z.string(),
          Size: z.string().regex(/^\d{1,15}$/),
          ETag: z.string(),
          LastModified: z.iso.datetime({ offset: true }),
        }),
      )
      .default([]),
  }),
});

/** Reads a page, or gives `undefined` for what is no page, or has a successor without a token. */
export function parseS3Page(xml: string): ListingPage | undefined {
  const page = Page.safeParse(parseXml(xml, "Contents"));
  if (!page.success) return undefined;

  const { EncodingType, IsTruncated, NextContinuationToken, Contents } = page.data.ListBucketResult;
  const next = IsTruncated === "true" ? NextContinuationToken : undefined;
  if (IsTruncated === "true" && next === undefined) return undefined;
  try {
    const objects = Contents.map(({ Key, Size, ETag, LastModified }) => ({
      key: EncodingType === "url" ? decodeKey(Key) : Key,
      sizeBytes: Number(Size),
      etag: ETag.replaceAll('"', ""),
      lastModified: new Date(LastModified).toISOString(),
    }));
    return { objects, next };
  } catch {
    return undefined; // a key that is not URL-encoded although the page says so
  }
}

/** As in a form: S3 writes a space as `+`, others as `%20`. */
function decodeKey(key: string) {
  return decodeURIComponent(key.replaceAll("+", " "));
}
