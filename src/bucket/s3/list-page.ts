/** Gets pages of a listing in the form that the store understands. */
import { BucketError } from "../bucket.ts";
import type { ListingPage } from "../http/listing-page.ts";
import type { FetchPage, Protocol } from "../http/protocol.ts";
import { parseS3Page, type Plus } from "./listing.ts";
import type { S3Quirks } from "./signer.ts";

type Query = Record<string, string>;

/** How stores that know no second version of a listing refuse it. */
const UNKNOWN_CODE = /^(NotImplemented|InvalidArgument|InvalidRequest|InvalidParameter|MethodNotAllowed|BadRequest|)$/;

/** Creates the function that gets a page. It remembers how the store encodes a space. */
export function createPageLister({ listsByMarker = false, listsPlainKeys = false }: S3Quirks): Protocol["listPage"] {
  const encoding: Query = listsPlainKeys ? {} : { "encoding-type": "url" };
  let plus: Plus | undefined;

  async function getPage(fetchPage: FetchPage, query: Query): Promise<ListingPage | undefined> {
    const text = await fetchPage({ ...query, ...encoding });
    const page = parseS3Page(text, plus);
    if (page?.doubtful === undefined) return page;

    // Without encoding the same page shows the character itself.
    const { objects = [] } = parseS3Page(await fetchPage(query)) ?? {};
    plus = objects.some(({ key }) => key === page.doubtful) ? "plus" : "space";
    return parseS3Page(text, plus);
  }

  return async (fetchPage, { prefix, next = {} }) => {
    if (listsByMarker || "marker" in next) return getPage(fetchPage, { prefix, ...next });
    try {
      return await getPage(fetchPage, { "list-type": "2", prefix, ...next });
    } catch (error) {
      const isFirst = Object.keys(next).length === 0;
      if (!isFirst || !isUnknownRequest(error)) throw error;
      return getPage(fetchPage, { prefix });
    }
  };
}

function isUnknownRequest(error: unknown): boolean {
  if (!(error instanceof BucketError)) return false;
  const { status, code = "" } = error;
  return (status === 400 || status === 405 || status === 501) && UNKNOWN_CODE.test(code);
}
