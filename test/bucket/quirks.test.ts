/** What stores are known to answer for one object or one write, as literal answers. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test, type TestContext } from "node:test";

import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import type { S3Settings } from "../../src/bucket/s3/signer.ts";
import { readAll } from "../../src/lib/read-all.ts";
import { type Answer, type Asked, OBJECT, refusal, startReplayStore } from "./replay-store.ts";

const BYTES = "0123456789";

async function open(t: TestContext, answer: (asked: Asked) => Answer, more: Partial<S3Settings> = {}) {
  const { settings, asked } = await startReplayStore(t, answer);
  const bucket = createS3Bucket({ ...settings, ...more });
  const read = async (options: { range?: { first: number; last: number }; listedBytes?: number } = {}) => {
    const found = await bucket.get("a.ts", { signal: t.signal, ...options });
    return found && (await readAll(found.body, 100)).toString();
  };
  const write = async (options: { ifAbsent?: boolean; lock?: boolean } = {}) =>
    bucket.put("m.json", Buffer.from("{}"), { signal: t.signal, contentType: "application/json", ...options });
  return { bucket, asked, read, write };
}

function emptyPage(token: string, isLast: boolean) {
  return `<ListBucketResult><IsTruncated>${!isLast}</IsTruncated><NextContinuationToken>${token}</NextContinuationToken></ListBucketResult>`;
}

/** The object, whole or in part as asked. */
function object({ headers }: Asked, more: Record<string, string> = {}): Answer {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
  if (first === undefined) return { headers: { ...OBJECT, ...more }, body: BYTES };
  const body = BYTES.slice(Number(first), Number(last) + 1);
  const range = `bytes ${first}-${Number(first) + body.length - 1}/${BYTES.length}`;
  return { status: 206, headers: { ...OBJECT, "content-range": range, ...more }, body };
}

describe("one bad answer costs one request:", () => {
  for (const [what, bad] of Object.entries({
    "a 503 SlowDown": refusal(503, "SlowDown"),
    "a 503 with Retry-After": { ...refusal(503, "ServiceUnavailable"), headers: { "retry-after": "0" } },
    "a 500": refusal(500, "InternalError"),
    "a 502 of a proxy": { status: 502, body: "<html>" },
    "a 504": { status: 504 },
    "a 429": { status: 429 },
    "a 400 RequestTimeout": refusal(400, "RequestTimeout"),
    "a broken connection": { instead: "end" },
    "an answer that never comes": { instead: "silence" },
    "a body that breaks off": { headers: OBJECT, body: BYTES, cut: { after: 4, by: "end" } },
    "a body that stops": { headers: OBJECT, body: BYTES, cut: { after: 4, by: "silence" } },
  } satisfies Record<string, Answer>)) {
    test(what, async (t) => {
      const limits = { headersMs: 300, idleMs: 300, delaysMs: [0, 0, 0] };
      const { asked, read } = await open(t, (each) => (each.count === 0 ? bad : object(each)), { limits });
      assert.equal(await read(), BYTES);
      assert.equal(asked.length, 2);
    });
  }

  test("a page of a listing, too", async (t) => {
    const { bucket, asked } = await open(t, ({ count }) => {
      if (count % 2 === 0) return count === 0 ? refusal(503, "SlowDown") : { body: "<html>" };
      return { body: emptyPage(`t${count}`, count > 4) };
    });
    assert.ok((await bucket.list("", t.signal)).complete);
    assert.equal(asked.length, 6);
  });

  test("but a store that stays away ends the call", async (t) => {
    const { asked, read } = await open(t, () => refusal(503, "SlowDown"));
    await assert.rejects(read(), { name: "BucketError", kind: "unavailable", status: 503, code: "SlowDown" });
    assert.equal(asked.length, 4);
  });

  test("but a body that broke off is not continued with another object's", async (t) => {
    const { read } = await open(t, (asked) =>
      asked.count === 0
        ? { headers: OBJECT, body: BYTES, cut: { after: 4, by: "end" } }
        : object(asked, { etag: '"another"', "last-modified": "Wed, 01 Jul 2026 13:00:00 GMT" }),
    );
    await assert.rejects(read(), { name: "BucketError", message: /broke off after 4 bytes/ });
  });
});

describe("an object", () => {
  // https://github.com/versity/versitygw/issues/2398, https://github.com/awslabs/aws-sdk-kotlin/issues/1358
  for (const coding of ["aws-chunked", "", "utf-8", "identity", "aws-chunked,"]) {
    test(`with Content-Encoding "${coding}" is read as it is`, async (t) => {
      const { read } = await open(t, (asked) => object(asked, { "content-encoding": coding }));
      assert.equal(await read(), BYTES);
      assert.equal(await read({ range: { first: 2, last: 4 } }), "234");
    });
  }

  test("with a real coding is read as it is where it is as long as listed, and named else", async (t) => {
    const { read } = await open(t, (asked) => object(asked, { "content-encoding": "gzip" }));
    assert.equal(await read({ listedBytes: 10 }), BYTES);
    await assert.rejects(read({ listedBytes: 11 }), /the answer is coded as gzip, and not as long as the object/);
  });

  test("with a weak ETag, or none, has what is left", async (t) => {
    const { bucket } = await open(t, (asked) => object(asked, { etag: asked.count === 0 ? 'W/"abc"' : "" }));
    assert.equal((await bucket.head("a.ts", t.signal))?.etag, "abc");
    assert.equal((await bucket.head("a.ts", t.signal))?.etag, "");
  });

  test("without a length in the HEAD is asked for its first byte", async (t) => {
    const { bucket } = await open(t, (asked) =>
      asked.method === "HEAD" ? { headers: { ...OBJECT, "transfer-encoding": "chunked" } } : object(asked),
    );
    assert.equal((await bucket.head("a.ts", t.signal))?.sizeBytes, 10);
  });

  test("without a length in the GET has the listed one", async (t) => {
    const { read } = await open(t, () => ({ headers: { ...OBJECT, "transfer-encoding": "chunked" }, body: BYTES }));
    await assert.rejects(read(), { name: "BucketError" });
    assert.equal(await read({ listedBytes: 10 }), BYTES);
    await assert.rejects(read({ listedBytes: 11 }), { name: "BucketError" });
  });

  test("of a store that ignores ranges is read up to what was asked for", async (t) => {
    const { asked, read } = await open(t, () => ({ headers: OBJECT, body: BYTES }));
    assert.equal(await read({ range: { first: 8, last: 20 } }), "89");
    assert.equal(asked.length, 1);
  });

  test("has its version, where the store keeps versions", async (t) => {
    const { bucket } = await open(t, (asked) =>
      object(asked, { "x-amz-version-id": asked.count === 0 ? "3sL4kqtJlcpXroDTDmJ" : "null" }),
    );
    assert.equal((await bucket.head("a.ts", t.signal))?.versionId, "3sL4kqtJlcpXroDTDmJ");
    assert.equal((await bucket.head("a.ts", t.signal))?.versionId, undefined);
  });

  test("under a delete marker is absent", async (t) => {
    const { bucket, read } = await open(t, () => ({
      ...refusal(404, "NoSuchKey"),
      headers: { "x-amz-delete-marker": "true", "x-amz-version-id": "v" },
    }));
    assert.equal(await bucket.head("a.ts", t.signal), undefined);
    assert.equal(await read(), undefined);
  });

  for (const { status, code, more, kind } of [
    { status: 403, code: "InvalidObjectState", more: "<StorageClass>GLACIER</StorageClass>", kind: "unreadable" },
    { status: 400, code: "KMS.DisabledException", kind: "unreadable" },
    { status: 403, code: "AccessDenied", more: "<Message>may not kms:Decrypt</Message>", kind: "unreadable" },
    { status: 403, code: "AccessDenied", kind: "denied" },
  ]) {
    test(`refused with ${status} ${code} ${more ?? ""} is ${kind}`, async (t) => {
      const { bucket, read } = await open(t, () => refusal(status, code, more));
      await assert.rejects(read(), { name: "BucketError", kind, status, code });
      await assert.rejects(bucket.head("a.ts", t.signal), { name: "BucketError", kind, status, code });
    });
  }

  for (const { status, code } of [
    { status: 301, code: "PermanentRedirect" },
    { status: 307, code: "TemporaryRedirect" },
  ]) {
    test(`behind ${status} names the region and goes nowhere`, async (t) => {
      const { asked, read } = await open(t, ({ key }) => ({
        ...refusal(status, code),
        headers: { location: `/rec/elsewhere-${key}`, "x-amz-bucket-region": "eu-west-1" },
      }));
      await assert.rejects(read(), {
        message: `Cannot read from bucket "rec": the store answered ${status} ${code}: the bucket lies in the region eu-west-1`,
      });
      assert.equal(asked.length, 1);
    });
  }

  test("signed for another region names the right one", async (t) => {
    const { read } = await open(t, () =>
      refusal(400, "AuthorizationHeaderMalformed", "<Message>wrong</Message><Region>RegionOne</Region>"),
    );
    await assert.rejects(read(), /AuthorizationHeaderMalformed: the bucket lies in the region RegionOne$/);
  });

  test("whose requester pays says so in every request", async (t) => {
    const { bucket, asked, read } = await open(t, object, { requesterPays: true });
    await bucket.head("a.ts", t.signal);
    await read();
    for (const { headers } of asked) {
      assert.equal(headers["x-amz-request-payer"], "requester");
      assert.match(headers.authorization ?? "", /SignedHeaders=[^,]*x-amz-request-payer/);
    }
  });
});

describe("a write", () => {
  // https://github.com/aws/aws-sdk-php/issues/1694: so Amazon refuses a write without a digest in a bucket with Object Lock
  test("has the digest that Object Lock demands", async (t) => {
    const md5 = createHash("md5").update("{}").digest("base64");
    const { write } = await open(t, ({ headers }) =>
      headers["content-md5"] === md5 ? { status: 200 } : refusal(400, "InvalidRequest"),
    );
    assert.equal(await write(), "written");
  });

  test("is encrypted and locked as configured, and signed so", async (t) => {
    const kmsKeyId = "arn:aws:kms:us-east-1:111122223333:key/k";
    const { asked, write } = await open(t, () => ({}), {
      serverSideEncryption: { kmsKeyId },
      objectLock: { mode: "COMPLIANCE", days: 30 },
      quirks: { checksSha256: true },
    });
    await write();
    await write({ lock: true });
    const [plain, locked] = asked.map(({ headers }) => headers);
    assert.equal(plain?.["x-amz-server-side-encryption"], "aws:kms");
    assert.equal(plain["x-amz-server-side-encryption-aws-kms-key-id"], kmsKeyId);
    assert.equal(plain["x-amz-checksum-sha256"], createHash("sha256").update("{}").digest("base64"));
    assert.equal(plain["x-amz-object-lock-mode"], undefined);
    assert.equal(locked?.["x-amz-object-lock-mode"], "COMPLIANCE");
    assert.ok(Date.parse(String(locked["x-amz-object-lock-retain-until-date"])) > Date.now() + 29 * 86_400_000);
    assert.match(locked.authorization ?? "", /SignedHeaders=[^,]*x-amz-object-lock-mode/);
  });

  test("that must not overwrite gives way to what is there", async (t) => {
    const { write } = await open(t, ({ headers }) =>
      headers["if-none-match"] === "*" ? refusal(412, "PreconditionFailed") : {},
    );
    assert.equal(await write({ ifAbsent: true }), "exists");
  });

  for (const [status, code] of [
    [501, "NotImplemented"],
    [400, "InvalidArgument"],
  ] as const) {
    test(`that must not overwrite is plain where the store answers ${status} ${code}`, async (t) => {
      const { asked, write } = await open(t, ({ headers }) =>
        "if-none-match" in headers ? refusal(status, code) : {},
      );
      assert.equal(await write({ ifAbsent: true }), "written");
      assert.equal(asked.length, 2);
    });
  }
});
