/**
 * One page of ListObjectsV2 or of its first version:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
 *
 * Keys are requested URL-encoded, because XML 1.0 cannot carry every character of a key; a store that does not know
 * `encoding-type` does not repeat it. A page must say whether it is the last one.
 */
import { z } from "zod";

import { parseEtag, parseStoreTime } from "../http/formats.ts";
import { type ListingPage, parseXml } from "../http/listing-page.ts";

const trimmed = z.string().trim();

const Page = z.object({
  ListBucketResult: z.object({
    EncodingType: trimmed.optional(),
    Prefix: z.string().optional(),
    IsTruncated: trimmed.toLowerCase().pipe(z.enum(["true", "false"])),
    NextContinuationToken: z.string().optional(),
    NextMarker: z.string().optional(),
    Contents: z
      .array(
        z.object({
          Key: z.string(),
          Size: trimmed.regex(/^\d{1,15}$/),
          ETag: z.string().default(""),
          LastModified: z.string().transform(parseStoreTime).pipe(z.string()),
        }),
      )
      .default([]),
  }),
});

/** What a plain `+` in a URL-encoded key is. Amazon writes a space so; some stores leave a plus as it is. */
export type Plus = "space" | "plus";

export type S3Page = ListingPage & {
  /** A key whose `+` may be either, read as a plus. */
  doubtful: string | undefined;
};

/** Reads a page, or gives `undefined` for what is no page, or has a successor without a place to begin. */
export function parseS3Page(xml: string, plus?: Plus): S3Page | undefined {
  const page = Page.safeParse(parseXml(xml, "Contents"));
  if (!page.success) return undefined;

  const { Contents, ...rest } = page.data.ListBucketResult;
  try {
    const { decode, doubtful } = createDecoder(page.data.ListBucketResult, plus);
    const objects = Contents.map(({ Key, Size, ETag, LastModified }) => ({
      key: decode(Key),
      sizeBytes: Number(Size),
      etag: parseEtag(ETag),
      lastModified: LastModified,
    }));
    const succession = findNext(rest, { lastKey: objects.at(-1)?.key, decode });
    return succession && { objects, ...succession, doubtful };
  } catch {
    return undefined; // a key that is not URL-encoded although the page says so
  }
}

type Result = z.infer<typeof Page>["ListBucketResult"];
type Decode = (text: string) => string;

/** How to read the keys of a page, and a key that may be read wrongly. */
function createDecoder(
  { EncodingType, Prefix = "", Contents }: Result,
  known: Plus | undefined,
): { decode: Decode; doubtful: string | undefined } {
  if (EncodingType?.toLowerCase() !== "url") return { decode: (text) => text, doubtful: undefined };
  const keys = Contents.map(({ Key }) => Key);
  const plus = known ?? findMeaning([Prefix, ...keys]);
  const doubtful = plus === undefined ? keys.find((key) => key.includes("+")) : undefined;
  return {
    decode: (text) => decodeURIComponent(plus === "plus" ? text : text.replaceAll("+", " ")),
    doubtful: doubtful === undefined ? undefined : decodeURIComponent(doubtful),
  };
}

/** The next page begins behind the last key, unless the store gives a token. Some give an empty one. */
function findNext(
  { IsTruncated, NextContinuationToken: token = "", NextMarker = "" }: Omit<Result, "Contents">,
  { lastKey, decode }: { lastKey: string | undefined; decode: Decode },
): Pick<ListingPage, "next" | "nextByKey"> | undefined {
  if (IsTruncated === "false") return { next: undefined };
  const marker = lastKey ?? decode(NextMarker);
  const byKey = marker === "" ? undefined : { marker };
  if (token !== "") return { next: { "continuation-token": token }, nextByKey: byKey };
  return byKey && { next: byKey };
}

/** Encoders that write a space as `%20`, or a plus as `%2B`, tell what a `+` is. Without a plus either will do. */
function findMeaning(encoded: string[]): Plus | undefined {
  if (!encoded.some((text) => text.includes("+"))) return "space";
  if (encoded.some((text) => text.includes("%20"))) return "plus";
  return encoded.some((text) => /%2b/i.test(text)) ? "space" : undefined;
}
