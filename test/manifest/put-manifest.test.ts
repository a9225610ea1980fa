import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { type Bucket, BucketError } from "../../src/bucket/bucket.ts";
import { readAll } from "../../src/lib/read-all.ts";
import { putManifest } from "../../src/manifest/put-manifest.ts";
import { testBucket } from "../support/test-bucket.ts";

const store = testBucket();
const encode = (text: string) => new TextEncoder().encode(text);

async function read(bucket: Bucket, key: string): Promise<string | undefined> {
  const object = await bucket.get(key, { signal: AbortSignal.timeout(10_000) });
  return object && Buffer.from(await readAll(object.body, 1000)).toString();
}

function publication(folder: string, text: string, sideText?: string) {
  return {
    key: `${folder}/m.json`,
    bytes: encode(text),
    ...(sideText !== undefined && { sideFile: { key: `${folder}/m.segments.jsonl`, bytes: encode(sideText) } }),
    signal: AbortSignal.timeout(10_000),
  };
}

describe("putManifest()", () => {
  for (const mayOverwrite of [true, false]) {
    test(`writes both files where nothing lies, mayOverwrite ${mayOverwrite}`, async () => {
      const bucket = await store();
      const published = await putManifest(bucket, { ...publication(`new-${mayOverwrite}`, "{}", "[]"), mayOverwrite });
      assert.deepEqual(published, { written: true });
      assert.equal(await read(bucket, `new-${mayOverwrite}/m.json`), "{}");
      assert.equal(await read(bucket, `new-${mayOverwrite}/m.segments.jsonl`), "[]");
    });
  }

  test("writes again over what an earlier attempt of the same run wrote", async () => {
    const bucket = await store();
    await putManifest(bucket, { ...publication("again", "first"), mayOverwrite: true });
    await putManifest(bucket, { ...publication("again", "second"), mayOverwrite: true });
    assert.equal(await read(bucket, "again/m.json"), "second");
  });

  test("counts as written what the store took without an answer", async () => {
    const bucket = await store();
    const silent: Bucket = {
      ...bucket,
      async put(...request) {
        await bucket.put(...request);
        throw new BucketError("no answer", { kind: "unavailable" });
      },
    };
    const published = await putManifest(silent, { ...publication("silent", "{}", "[]"), mayOverwrite: true });
    assert.deepEqual(published, { written: true });
  });

  test("counts the same bytes at a caller's key as written", async () => {
    const bucket = await store();
    await putManifest(bucket, { ...publication("same", "{}", "[]"), mayOverwrite: false });
    const published = await putManifest(bucket, { ...publication("same", "{}", "[]"), mayOverwrite: false });
    assert.deepEqual(published, { written: true });
  });

  for (const [what, other] of [
    ["of the same size", "{x"],
    ["of another size", "{}\n"],
  ] as const) {
    test(`leaves other bytes ${what} at a caller's key alone, and writes no side file either`, async () => {
      const bucket = await store();
      const folder = `other-${other.length}`;
      await putManifest(bucket, { ...publication(folder, other), mayOverwrite: true });
      const published = await putManifest(bucket, { ...publication(folder, "{}", "[]"), mayOverwrite: false });
      assert.deepEqual(published, { written: false, because: `Other bytes lie at ${folder}/m.json` });
      assert.equal(await read(bucket, `${folder}/m.json`), other);
      assert.equal(await read(bucket, `${folder}/m.segments.jsonl`), undefined);
    });
  }

  test("writes nothing once its caller has given up", async () => {
    const bucket = await store();
    const signal = AbortSignal.abort(new Error("given up"));
    const publishing = putManifest(bucket, { ...publication("aborted", "{}"), mayOverwrite: true, signal });
    await assert.rejects(publishing, { message: "given up" });
    assert.equal(await read(bucket, "aborted/m.json"), undefined);
  });

  test("finishes a PUT that began before its caller gave up", async () => {
    const bucket = await store();
    const controller = new AbortController();
    const publishing = putManifest(bucket, {
      ...publication("begun", "{}"),
      mayOverwrite: true,
      signal: controller.signal,
    });
    controller.abort(new Error("given up"));
    assert.deepEqual(await publishing, { written: true });
    assert.equal(await read(bucket, "begun/m.json"), "{}");
  });
});
