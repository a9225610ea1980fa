import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { BucketError } from "../../src/bucket/bucket.ts";
import { openFile } from "../../src/verify/file-reader.ts";
import { testBucket } from "../support/test-bucket.ts";

const store = testBucket();
const signal = AbortSignal.timeout(60_000);

async function opened(key: string) {
  const bucket = await store();
  const put = (text: string) => bucket.put(key, Buffer.from(text), { signal, contentType: "text/plain" });
  await put("0123456789");
  const entry = (await bucket.head(key, signal)) ?? assert.fail();
  return { file: openFile({ bucket, signal }, entry), put };
}

describe("openFile()", () => {
  test("reads a piece, a shorter one at the end, and none behind it", async () => {
    const { file } = await opened("open/pieces");
    const pieces = [await file.read(2, 3), await file.read(8, 100), await file.read(10, 1)];
    assert.deepEqual(
      pieces.map((piece) => Buffer.from(piece).toString()),
      ["234", "89", ""],
    );
  });

  test("refuses to read on in an object that was overwritten, even by one of the same size", async () => {
    const { file, put } = await opened("open/changed");
    await put("9876543210");
    await assert.rejects(file.read(0, 1), BucketError);
    await assert.rejects(file.digest(), BucketError);
  });
});
