import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, test } from "node:test";

import { BucketError } from "../../src/bucket/bucket.ts";
import { openBucket } from "../../src/bucket/open-bucket.ts";
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

  test("keeps no connection to an object that was overwritten", { timeout: 10_000 }, async (t) => {
    const { promise: closed, resolve: onClosed } = Promise.withResolvers<void>();
    const server = createServer((_request, response) => {
      response.writeHead(200, {
        etag: '"new"',
        "last-modified": new Date(0).toUTCString(),
        "content-length": "1000000",
      });
      response.write("the first of its bytes");
    });
    server.on("connection", (socket) => socket.once("close", onClosed));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    const bucket = openBucket({
      endpoint: `http://127.0.0.1:${address.port}`,
      region: "us-east-1",
      bucket: "recordings",
      addressing: "path",
      checksumMode: false,
      accessKey: "key",
      secretKey: "secret",
    });
    const listed = { key: "key", sizeBytes: 1_000_000, etag: "old", lastModified: new Date(0).toISOString() };
    await assert.rejects(openFile({ bucket, signal }, listed).digest(), BucketError);
    await closed;
  });
});
