/** What every adapter of the bucket port must do, whatever store is behind it. */
import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";

import type { Bucket } from "../../src/bucket/bucket.ts";
import { readAll } from "../../src/lib/read-all.ts";

export type BucketCase = {
  /** A bucket of our own, with nothing under `prefix`. */
  open: () => Promise<{ bucket: Bucket; missing: Bucket; denied: Bucket; prefix: string }>;
  /** Tests that this store fails by its own fault, by name, with the fault. */
  skipped?: Readonly<Record<string, string>>;
};

const ODD_NAMES = [
  "with space",
  "a+b",
  "100%",
  "50%25",
  "c#d",
  "e?f",
  "g&h=i",
  "it's",
  "(j)*!",
  "录制",
  "k;l:m@n,$",
  " end ",
];
const KEYS_PER_PAGE = 1000;

export function bucketSuite(name: string, { open, skipped = {} }: BucketCase): void {
  const check = (what: string, run: (t: TestContext) => Promise<void>) => {
    test(what, { timeout: 60_000, skip: skipped[what] ?? false }, run);
  };

  describe(name, () => {
    check("an object that was put is read back, listed and described", async (t) => {
      const { bucket, prefix } = await open();
      const key = `${prefix}object`;
      await bucket.put(key, bytes("hello"), { signal: t.signal, contentType: "text/plain" });

      const head = await bucket.head(key, t.signal);
      assert.equal(head?.sizeBytes, 5);
      assert.notEqual(head.etag, "");
      assert.equal(await text(bucket, key), "hello");
      const { objects, storeTime } = await bucket.list(prefix, t.signal);
      assert.deepEqual(
        objects.map((object) => [object.key, object.sizeBytes, object.etag]),
        [[key, 5, head.etag]],
      );
      assert.ok(
        objects[0] !== undefined && objects[0].lastModified <= new Date(Date.parse(storeTime) + 1000).toISOString(),
      );
    });

    check("a second put overwrites", async (t) => {
      const { bucket, prefix } = await open();
      await bucket.put(`${prefix}twice`, bytes("first"), { signal: t.signal, contentType: "text/plain" });
      await bucket.put(`${prefix}twice`, bytes("2nd"), { signal: t.signal, contentType: "text/plain" });
      assert.equal(await text(bucket, `${prefix}twice`), "2nd");
    });

    check("an empty object has no bytes, but exists", async (t) => {
      const { bucket, prefix } = await open();
      await bucket.put(`${prefix}empty`, bytes(""), { signal: t.signal, contentType: "text/plain" });
      assert.equal((await bucket.head(`${prefix}empty`, t.signal))?.sizeBytes, 0);
      assert.equal(await text(bucket, `${prefix}empty`), "");
    });

    check("a range gives its bytes and the size of the whole", async (t) => {
      const { bucket, prefix } = await open();
      await bucket.put(`${prefix}range`, bytes("0123456789"), { signal: t.signal, contentType: "text/plain" });
      const part = await bucket.get(`${prefix}range`, { signal: t.signal, range: { first: 2, last: 5 } });
      assert.equal(part?.sizeBytes, 10);
      assert.equal(await textOf(part.body), "2345");
    });

    check("a range that ends past the object gives what there is", async (t) => {
      const { bucket, prefix } = await open();
      await bucket.put(`${prefix}range`, bytes("0123456789"), { signal: t.signal, contentType: "text/plain" });
      const part = await bucket.get(`${prefix}range`, { signal: t.signal, range: { first: 8, last: 99 } });
      assert.equal(part?.sizeBytes, 10);
      assert.equal(await textOf(part.body), "89");
    });

    check("a range that begins past the object is an error, not an absence", async (t) => {
      const { bucket, prefix } = await open();
      await bucket.put(`${prefix}range`, bytes("0123456789"), { signal: t.signal, contentType: "text/plain" });
      const reading = bucket.get(`${prefix}range`, { signal: t.signal, range: { first: 10, last: 19 } });
      await assert.rejects(reading, { name: "BucketError", kind: "unavailable", status: 416 });
    });

    check("a listing has nothing but the prefix's own keys, sorted by their bytes", async (t) => {
      const { bucket, prefix } = await open();
      const inside = ["dir/a", "dir/b", "dir/Z", "dir/\u{1F600}", "dir/\u{FF5E}"];
      for (const key of [...inside, "di", "dirt", "other/dir/a"]) {
        await bucket.put(prefix + key, bytes("x"), { signal: t.signal, contentType: "text/plain" });
      }
      const { objects } = await bucket.list(`${prefix}dir/`, t.signal);
      assert.deepEqual(
        objects.map(({ key }) => key.slice(prefix.length)),
        ["dir/Z", "dir/a", "dir/b", "dir/\u{FF5E}", "dir/\u{1F600}"],
      );
    });

    check("an empty prefix lists nothing and gives the store's time", async (t) => {
      const { bucket, prefix } = await open();
      const { objects, storeTime } = await bucket.list(`${prefix}nothing/`, t.signal);
      assert.deepEqual(objects, []);
      assert.match(storeTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    });

    check("a listing goes on past the first page", async (t) => {
      const { bucket, prefix } = await open();
      const keys = Array.from(
        { length: KEYS_PER_PAGE + 5 },
        (_, index) => `${prefix}many/${String(index).padStart(5, "0")}`,
      );
      await inBatches(keys, (key) => bucket.put(key, bytes("x"), { signal: t.signal, contentType: "text/plain" }));
      const { objects } = await bucket.list(`${prefix}many/`, t.signal);
      assert.deepEqual(
        objects.map(({ key }) => key),
        keys,
      );
    });

    for (const odd of ODD_NAMES) {
      check(`a key with "${odd}" is put, listed, described and read`, async (t) => {
        const { bucket, prefix } = await open();
        const key = `${prefix}${odd}/${odd}.ts`;
        await bucket.put(key, bytes(odd), { signal: t.signal, contentType: "video/mp2t" });
        const { objects } = await bucket.list(`${prefix}${odd}/`, t.signal);
        assert.deepEqual(
          objects.map((object) => object.key),
          [key],
        );
        assert.equal((await bucket.head(key, t.signal))?.key, key);
        assert.equal(await text(bucket, key), odd);
      });
    }

    for (const part of [".", ".."]) {
      check(`a key with the part "${part}" is refused, not silently another object`, async (t) => {
        const { bucket, prefix } = await open();
        await assert.rejects(bucket.head(`${prefix}a/${part}/b`, t.signal), {
          name: "BucketError",
          kind: "unavailable",
        });
      });
    }

    check("a missing key is undefined", async (t) => {
      const { bucket, prefix } = await open();
      assert.equal(await bucket.head(`${prefix}none`, t.signal), undefined);
      assert.equal(await bucket.get(`${prefix}none`, { signal: t.signal }), undefined);
    });

    check("a missing bucket is an error, not a missing key", async (t) => {
      const { missing } = await open();
      const error = { name: "BucketError", kind: "no-bucket", status: 404 };
      await assert.rejects(missing.list("", t.signal), error);
      await assert.rejects(missing.head("key", t.signal), error);
      await assert.rejects(missing.get("key", { signal: t.signal }), error);
      await assert.rejects(missing.put("key", bytes("x"), { signal: t.signal, contentType: "text/plain" }), error);
    });

    check("a wrong secret is denied", async (t) => {
      const { denied } = await open();
      const error = { name: "BucketError", kind: "denied", status: 403 };
      await assert.rejects(denied.list("", t.signal), error);
      await assert.rejects(denied.head("key", t.signal), error);
      await assert.rejects(denied.get("key", { signal: t.signal }), error);
      await assert.rejects(denied.put("key", bytes("x"), { signal: t.signal, contentType: "text/plain" }), error);
    });

    check("an aborted signal surfaces as its reason, not as a BucketError", async () => {
      const { bucket, prefix } = await open();
      const reason = new Error("enough");
      const signal = AbortSignal.abort(reason);
      const isReason = (error: unknown) => error === reason;
      await assert.rejects(bucket.list(prefix, signal), isReason);
      await assert.rejects(bucket.head(`${prefix}key`, signal), isReason);
      await assert.rejects(bucket.get(`${prefix}key`, { signal }), isReason);
      await assert.rejects(bucket.put(`${prefix}key`, bytes("x"), { signal, contentType: "text/plain" }), isReason);
    });
  });
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

async function text(bucket: Bucket, key: string) {
  const object = await bucket.get(key, { signal: AbortSignal.timeout(10_000) });
  assert.ok(object);
  return textOf(object.body);
}

async function textOf(body: AsyncIterable<Uint8Array>) {
  return new TextDecoder().decode(await readAll(body, 1024 * 1024));
}

async function inBatches<T>(items: T[], work: (item: T) => Promise<unknown>) {
  for (let start = 0; start < items.length; start += 50) await Promise.all(items.slice(start, start + 50).map(work));
}
