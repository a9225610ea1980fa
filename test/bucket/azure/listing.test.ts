import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { parseAzurePage } from "../../../src/bucket/azure/listing.ts";

const BLOB = blob("<Name>a.ts</Name>");

describe("parseAzurePage()", () => {
  test("a name that XML cannot carry comes encoded and is given as it is", () => {
    const xml = page(blob('<Name Encoded="true">a%EF%BF%BF%2Bb.ts</Name>'), "<NextMarker />");
    assert.deepEqual(parseAzurePage(xml), {
      objects: [{ key: "a\uFFFF+b.ts", sizeBytes: 5, etag: "0x8DB", lastModified: "2026-11-23T12:00:00.000Z" }],
      next: undefined,
    });
  });

  test("a marker leads to the next page", () => {
    assert.deepEqual(parseAzurePage(page(BLOB, "<NextMarker>2!72!x</NextMarker>"))?.next, { marker: "2!72!x" });
  });

  for (const [what, xml] of Object.entries({
    "that does not say whether it is the last": page(BLOB, ""),
    "that is cut": page(BLOB, "<NextMarker />").slice(0, -30),
    "with a name that is not encoded as it says": page(blob('<Name Encoded="true">100%</Name>'), "<NextMarker />"),
    "with a size that is no number": page(BLOB.replace(">5<", ">five<"), "<NextMarker />"),
    "with a time that is no time": page(BLOB.replace("Mon, 23 Nov", "Mon, 32 Nov"), "<NextMarker />"),
    "of another store": "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>",
  })) {
    test(`a page ${what} is not accepted`, () => assert.equal(parseAzurePage(xml), undefined));
  }
});

function page(blobs: string, marker: string) {
  return `<?xml version="1.0"?><EnumerationResults><Prefix>a</Prefix><Blobs>${blobs}</Blobs>${marker}</EnumerationResults>`;
}

function blob(name: string) {
  const properties = "<Content-Length>5</Content-Length><Etag>0x8DB</Etag>";
  return `<Blob>${name}<Properties><Last-Modified>Mon, 23 Nov 2026 12:00:00 GMT</Last-Modified>${properties}</Properties></Blob>`;
}
