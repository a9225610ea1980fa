import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer, Server as HttpServer, request, type RequestListener } from "node:http";
import { createServer as createSocketServer, type Server as SocketServer } from "node:net";
import { describe, test, type TestContext } from "node:test";

import { readAll } from "../../../src/lib/read-all.ts";
import { createS3Signer, type S3Settings } from "../../../src/bucket/s3/signer.ts";
import { createS3Bucket } from "../../../src/bucket/s3/s3.ts";
import { testServers } from "../../support/servers.ts";
import { newBucket, s3Case } from "./s3-case.ts";
import { bucketSuite } from "../suite.ts";

const servers = testServers();
const store = async () => (await servers()).s3;

bucketSuite("an S3 bucket in path style", s3Case(store));

describe("an S3 bucket in virtual-host style", () => {
  // No name under localhost resolves everywhere, so the signed request goes to the gateway's address by hand.
  for (const key of ["plain", "a +%/录制?#&'.ts"]) {
    test(`the store accepts the signature of "${key}"`, async (t) => {
      const settings = await newBucket(await store());
      await createS3Bucket(settings).put(key, Buffer.from("hello"), { signal: t.signal, contentType: "text/plain" });

      const { port } = new URL(settings.endpoint);
      const virtual: S3Settings = { ...settings, endpoint: `http://localhost:${port}`, addressing: "virtual" };
      const { url, headers } = await createS3Signer(virtual)({ method: "GET", key });
      assert.equal(url.host, `${settings.bucket}.localhost:${port}`);
      const { status, body } = await getByHand(port, { path: url.pathname, headers: { ...headers, host: url.host } });
      assert.deepEqual({ status, body }, { status: 200, body: "hello" });
    });
  }
});

describe("createS3Bucket()", () => {
  test("keys that are fetched for each request open the store", async (t) => {
    const { accessKey, secretKey, ...place } = await newBucket(await store());
    const bucket = createS3Bucket({ ...place, credentials: async () => ({ accessKey, secretKey }) });
    assert.deepEqual((await bucket.list("", t.signal)).objects, []);
  });

  test("keys that cannot be fetched are an error in our words", async (t) => {
    const settings = await newBucket(await store());
    const bucket = createS3Bucket({
      ...settings,
      credentials: () => Promise.reject(new Error("planted")),
    });
    await assert.rejects(bucket.list("", t.signal), {
      name: "BucketError",
      kind: "unavailable",
      message: `Cannot list bucket "${settings.bucket}": there are no credentials for it`,
    });
  });

  test("a session token is sent and signed", async (t) => {
    const { bucket, seen } = await fakeStore(t, (_, answer) => void answer.writeHead(404).end(), {
      sessionToken: "token",
    });
    await bucket.head("key", t.signal);
    assert.equal(seen[0]?.["x-amz-security-token"], "token");
    assert.match(seen[0]["authorization"] ?? "", /SignedHeaders=[^,]*x-amz-security-token/);
  });

  test("a put announces its length and its digest, and is not sent in chunks", async (t) => {
    const { bucket, seen } = await fakeStore(t, (_, answer) => void answer.writeHead(200).end());
    await bucket.put("key", Buffer.from("hello"), { signal: t.signal, contentType: "application/json" });
    const [headers] = seen;
    assert.equal(headers?.["content-length"], "5");
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["x-amz-content-sha256"], createHash("sha256").update("hello").digest("hex"));
    assert.equal(headers["transfer-encoding"], undefined);
    assert.equal(headers["content-encoding"], undefined);
  });

  test("a body that is cut is an error, not a shorter object", async (t) => {
    // Over a bare socket: not every runtime's HTTP server can be made to break its word.
    const head = Object.entries({ ...OBJECT, "content-length": "100000" }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const server = createSocketServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(`HTTP/1.1 200 OK\r\n${head.join("")}\r\n${"x".repeat(10_000)}`));
    });
    const { bucket } = await storeAt(t, server);
    const reading = async () => {
      const object = await bucket.get("key", { signal: t.signal });
      return readAll(object?.body ?? nothing(), 200_000);
    };
    await assert.rejects(reading(), { name: "BucketError", kind: "unavailable" });
  });

  test("an abort while a body is read surfaces as its reason", async (t) => {
    const { bucket } = await fakeStore(t, (_, answer) => {
      answer.writeHead(200, { ...OBJECT, "content-length": "100000" });
      answer.write("x".repeat(10_000));
    });
    const reason = new Error("enough");
    const abort = new AbortController();
    const object = await bucket.get("key", { signal: abort.signal });
    const reading = async () => {
      for await (const chunk of object?.body ?? nothing()) if (chunk.length > 0) abort.abort(reason);
    };
    await assert.rejects(reading(), (error) => error === reason);
  });

  test("an abort before the answer surfaces as its reason", async (t) => {
    const reason = new Error("enough");
    const abort = new AbortController();
    const { bucket } = await fakeStore(t, () => abort.abort(reason));
    await assert.rejects(bucket.list("", abort.signal), (error) => error === reason);
  });

  test("of a store that ignores the range, the bytes asked for are given", async (t) => {
    const { bucket } = await fakeStore(t, (_, answer) => void answer.writeHead(200, OBJECT).end("whole"));
    const part = await bucket.get("key", { signal: t.signal, range: { first: 1, last: 2 } });
    assert.equal(part?.sizeBytes, 5);
    assert.equal((await readAll(part.body, 5)).toString(), "ho");
  });

  test("a redirect is not followed", async (t) => {
    const { bucket, seen } = await fakeStore(
      t,
      (_, answer) => void answer.writeHead(307, { location: "/other" }).end(),
    );
    await assert.rejects(bucket.get("key", { signal: t.signal }), {
      name: "BucketError",
      kind: "unavailable",
      status: 307,
    });
    assert.equal(seen.length, 1);
  });

  test("a store that is down is named without its address", async (t) => {
    const { bucket, close } = await fakeStore(t, () => {});
    await close();
    await assert.rejects(bucket.list("secret/", t.signal), (error: Error) => {
      assert.match(error.message, /^Cannot list bucket "fake": no answer( \([A-Za-z0-9_]+\))?$/);
      return error.cause === undefined;
    });
  });

  for (const { body, message } of [
    {
      body: "<Error><Code>AccessDenied</Code><AWSAccessKeyId>AKIA</AWSAccessKeyId></Error>",
      message: "403 AccessDenied",
    },
    { body: "<Error><Code>AKIA secret!</Code></Error>", message: "403" },
    { body: "AKIA", message: "403" },
  ]) {
    test(`of the store's own words no more than "${message}" enters an error`, async (t) => {
      const { bucket } = await fakeStore(t, (_, answer) => void answer.writeHead(403).end(body));
      await assert.rejects(bucket.list("", t.signal), {
        message: `Cannot list bucket "fake": the store answered ${message}`,
      });
    });
  }

  for (const [what, answered] of Object.entries({
    "HTML in its place": "<html><body>Welcome</body></html>",
    "no XML": "hello",
    nothing: "",
    "a listing cut in the middle": page({ contents: "<Contents><Key>p/a</Key>" }).slice(0, -30),
    "one that does not say whether it is the last": "<ListBucketResult></ListBucketResult>",
    "a page that has a next one and no token": page({ truncated: true }),
    "a next page that is always the same": page({ truncated: true, token: "again" }),
    "a key outside the prefix": page({ contents: entry("q/a") }),
    "an object with two keys": page({ contents: entry("p/a</Key><Key>p/b") }),
    "a character that XML cannot carry": page({ contents: entry("p/&#x1;") }),
    "a size that is no number": page({ contents: entry("p/a", "-1") }),
    "more bytes than a page can have": page({ contents: " ".repeat(17 * 1024 * 1024) }),
  })) {
    test(`a listing fails on ${what}`, async (t) => {
      const { bucket } = await fakeStore(t, (_, answer) => void answer.writeHead(200).end(answered));
      await assert.rejects(bucket.list("p/", t.signal), { name: "BucketError", kind: "unavailable" });
    });
  }

  test(
    "a listing of a million keys ends after 200,000, and says that it is not complete",
    { timeout: 300_000 },
    async (t) => {
      let pages = 0;
      const indexes = Array.from({ length: 1000 }).map((_each, index) => index);
      const { bucket } = await fakeStore(t, (_, answer) => {
        pages += 1;
        const contents = indexes.map((index) => entry(`p/${pages}/${index}`)).join("");
        answer.writeHead(200).end(page({ contents, truncated: pages < 1000, token: `${pages}` }));
      });
      const { objects, complete } = await bucket.list("p/", t.signal);
      assert.deepEqual({ objects: objects.length, complete, pages }, { objects: 200_000, complete: false, pages: 200 });
    },
  );

  for (const { encoding, key, expected } of [
    { encoding: "<EncodingType>url</EncodingType>", key: "p%2Fa+b%2Bc%25", expected: "p/a b+c%" },
    { encoding: "", key: "p/a+b%25 &amp;&#x4e2d;&#39; ", expected: "p/a+b%25 &中' " },
  ]) {
    test(`a listing ${encoding === "" ? "without" : "with"} URL-encoding gives the key "${expected}"`, async (t) => {
      const body = page({ contents: encoding + entry(key) });
      const { bucket } = await fakeStore(t, (_, answer) => void answer.writeHead(200).end(body));
      const { objects } = await bucket.list("p/", t.signal);
      assert.deepEqual(objects, [{ key: expected, sizeBytes: 1, etag: "e", lastModified: "2026-11-23T12:00:00.000Z" }]);
    });
  }

  for (const { headers, checksum } of [
    {
      headers: { "x-amz-checksum-crc64nvme": "AAAA=", "x-amz-checksum-type": "FULL_OBJECT" },
      checksum: { algorithm: "crc64nvme", value: "AAAA=" },
    },
    { headers: { "x-amz-checksum-crc32": "AAAA=", "x-amz-checksum-type": "COMPOSITE" }, checksum: undefined },
    { headers: { "x-amz-checksum-sha256": "AAAA=-3" }, checksum: undefined },
    { headers: { "x-oss-hash-crc64ecma": "123" }, checksum: { algorithm: "crc64ecma", value: "123" } },
    { headers: { "x-cos-hash-crc64ecma": "456" }, checksum: { algorithm: "crc64ecma", value: "456" } },
    { headers: { "x-goog-hash": "crc32c=AAA=,md5=BBB==" }, checksum: { algorithm: "md5", value: "BBB==" } },
    { headers: { "x-goog-hash": "crc32c=AAA=" }, checksum: { algorithm: "crc32c", value: "AAA=" } },
    { headers: { "content-md5": "CCC==" }, checksum: { algorithm: "md5", value: "CCC==" } },
    { headers: {}, checksum: undefined },
  ]) {
    test(`the checksum of ${JSON.stringify(headers)} is ${JSON.stringify(checksum)}`, async (t) => {
      const { bucket } = await fakeStore(
        t,
        (_, answer) => void answer.writeHead(200, { ...OBJECT, ...headers }).end("hello"),
      );
      assert.deepEqual((await bucket.head("key", t.signal))?.checksum, checksum);
      const object = await bucket.get("key", { signal: t.signal });
      assert.deepEqual(object?.checksum, checksum);
      assert.equal((await readAll(object?.body ?? nothing(), 100)).length, 5);
    });
  }
});

const OBJECT = { "content-length": "5", etag: '"e"', "last-modified": "Mon, 23 Nov 2026 12:00:00 GMT" };

/** A store over real HTTP with the answers of a test; keeps the headers of the requests. */
async function fakeStore(t: TestContext, answer: RequestListener, keys: { sessionToken?: string } = {}) {
  const seen: Record<string, string>[] = [];
  const server = createServer((asked, reply) => {
    seen.push(Object.fromEntries(Object.entries(asked.headers).map(([name, value]) => [name, String(value)])));
    asked.resume();
    answer(asked, reply);
  });
  return { ...(await storeAt(t, server, keys)), seen };
}

async function storeAt(t: TestContext, server: SocketServer, keys: { sessionToken?: string } = {}) {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const close = async () => {
    if (server instanceof HttpServer) server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  t.after(close);
  const endpoint = `http://127.0.0.1:${address.port}`;
  const place = { endpoint, region: "us-east-1", bucket: "fake", addressing: "path", checksumMode: true } as const;
  const limits = { headersMs: 60_000, idleMs: 60_000, delaysMs: [0, 0, 0] };
  return { bucket: createS3Bucket({ ...place, limits, accessKey: "AKIA", secretKey: "secret", ...keys }), close };
}

function getByHand(port: string, { path, headers }: { path: string; headers: Record<string, string> }) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; body: string }>();
  const asking = request({ host: "127.0.0.1", port, path, headers }, (reply) => {
    let body = "";
    reply.on("data", (chunk: Buffer) => (body += chunk.toString()));
    reply.on("end", () => resolve({ status: reply.statusCode, body }));
  });
  asking.on("error", reject);
  asking.end();
  return promise;
}

function page({ contents = "", truncated = false, token }: { contents?: string; truncated?: boolean; token?: string }) {
  const next = token === undefined ? "" : `<NextContinuationToken>${token}</NextContinuationToken>`;
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${truncated}</IsTruncated>${next}${contents}</ListBucketResult>`;
}

function entry(key: string, size = "1") {
  return `<Contents><Key>${key}</Key><Size>${size}</Size><ETag>&quot;e&quot;</ETag><LastModified>2026-11-23T12:00:00Z</LastModified></Contents>`;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
