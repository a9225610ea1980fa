/** Every form of a listing that stores are known to give, over more than a page. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { openBucket } from "../../src/bucket/open-bucket.ts";
import { createS3Bucket } from "../../src/bucket/s3/s3.ts";
import { resolveStore } from "../../src/bucket/vendors/resolve-store.ts";
import { type Answer, type Asked, refusal, startReplayStore } from "./replay-store.ts";

const PAGE = 1000;

type Form = {
  /** The fields of a page besides its objects. */
  fields: (place: { query: URLSearchParams; isLast: boolean; last: string }) => string;
  /** Where a page begins: the last key before it. */
  begin?: (query: URLSearchParams) => string;
  refuse?: (query: URLSearchParams) => Answer | undefined;
  key?: (key: string, query: URLSearchParams) => string;
  time?: string;
  etag?: string;
  root?: string;
  headers?: Record<string, string>;
};

const byToken = (query: URLSearchParams) => query.get("continuation-token") ?? "";
const byMarker = (query: URLSearchParams) => query.get("marker") ?? "";
const truncated = (isLast: boolean) => `<IsTruncated>${!isLast}</IsTruncated>`;
const withToken: Form["fields"] = ({ isLast, last }) =>
  `${truncated(isLast)}${isLast ? "" : `<NextContinuationToken>${escapeXml(last)}</NextContinuationToken>`}`;
const encodeForm = (key: string) => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
const isUrl = (query: URLSearchParams) => query.get("encoding-type") === "url";

const FORMS: Record<string, Form> = {
  "Amazon's second version, URL-encoded": {
    fields: (place) => `<EncodingType>url</EncodingType>${withToken(place)}`,
    key: encodeForm,
  },
  "one without encoding, with a namespace's prefix": { fields: withToken, root: "s3:ListBucketResult" },
  // https://github.com/minio/minio-go/issues/1703
  "the first version in answer to the second (Huawei OBS)": {
    fields: ({ isLast, last }) =>
      `<Marker></Marker>${isLast ? "" : `<NextMarker>${escapeXml(last)}</NextMarker>`}${truncated(isLast)}`,
    begin: byMarker,
  },
  "the first version without NextMarker": { fields: ({ isLast }) => truncated(isLast), begin: byMarker },
  "the first version, URL-encoded": {
    fields: ({ isLast }) => `<EncodingType>url</EncodingType>${truncated(isLast)}`,
    begin: byMarker,
    key: encodeForm,
  },
  // https://github.com/scality/cloudserver/pull/4623
  "an empty token": {
    fields: ({ isLast }) => `${truncated(isLast)}<NextContinuationToken/>`,
    begin: byMarker,
  },
  // https://github.com/minio/minio-go/issues/1703: the first thousand again
  "a token that leads nowhere": {
    fields: ({ query, isLast }) =>
      `${truncated(isLast)}${query.has("list-type") ? "<NextContinuationToken>x</NextContinuationToken>" : ""}`,
    begin: byMarker,
  },
  "a refusal of the second version": {
    fields: ({ isLast }) => truncated(isLast),
    begin: byMarker,
    refuse: (query) => (query.has("list-type") ? refusal(501, "NotImplemented") : undefined),
  },
  "a plus left as it is, beside spaces as %20": {
    fields: (place) => `<EncodingType>url</EncodingType>${withToken(place)}`,
    key: (key) => encodeURIComponent(key).replaceAll("%2B", "+"),
  },
  "times with +0000": { fields: withToken, time: "2026-07-01T12:10:00.000+0000" },
  "times without a zone": { fields: withToken, time: "2026-07-01 12:10:00" },
  "times as in headers": { fields: withToken, time: "Wed, 01 Jul 2026 12:10:00 GMT" },
  "times in nanoseconds": { fields: withToken, time: "2026-07-01T12:10:00.000000000Z" },
  "no ETag": { fields: withToken, etag: "" },
  "an attribute on a leaf": { fields: withToken, etag: '<ETag xsi:type="string">W/"e"</ETag>' },
  "no date": { fields: withToken, headers: { "x-no-date": "1" } },
};

describe("a listing", () => {
  for (const [what, form] of Object.entries(FORMS)) {
    test(`of ${what} has all of 1,100 objects`, async (t) => {
      const keys = keysOf(1100);
      const { settings } = await startReplayStore(t, (asked) => list(keys, form, asked));
      const { objects, complete, storeTime } = await createS3Bucket(settings).list("calls/", t.signal);
      assert.deepEqual(
        objects.map(({ key }) => key),
        keys,
      );
      assert.ok(complete && !Number.isNaN(Date.parse(storeTime)));
      assert.equal(objects[0]?.lastModified, "2026-07-01T12:10:00.000Z");
      assert.equal(objects[0].etag, form.etag === "" ? "" : "e");
    });
  }

  for (const [what, isPlus] of Object.entries({ "a space": false, "a plus": true })) {
    test(`whose only + is ${what} asks the store what it is, once`, async (t) => {
      const keys = Array.from({ length: 1100 }, (_, index) => `calls/a${isPlus ? "+" : " "}b${5000 + index}`);
      const form: Form = {
        fields: (place) => `${isUrl(place.query) ? "<EncodingType>url</EncodingType>" : ""}${withToken(place)}`,
        key: (key, query) => (isUrl(query) ? key.replaceAll(" ", "+") : key),
      };
      const { settings, asked } = await startReplayStore(t, (each) => list(keys, form, each));
      const { objects } = await createS3Bucket(settings).list("calls/", t.signal);
      assert.deepEqual(
        objects.map(({ key }) => key),
        keys,
      );
      assert.equal(asked.length, 3);
    });
  }

  test("of Huawei OBS is asked for as its row says", async (t) => {
    const keys = keysOf(1100);
    const form: Form = { fields: ({ isLast }) => truncated(isLast), begin: byMarker };
    const { settings, asked } = await startReplayStore(t, (each) => list(keys, form, each));
    const { endpoint } = settings;
    const place = { endpoint, addressing: "path", allowHttp: true, accessKey: "a", secretKey: "s" } as const;
    const store = resolveStore({ vendor: 7, region: 0, bucket: "rec", ...place });
    assert.ok(!("mistake" in store));
    assert.equal((await openBucket(store).list("calls/", t.signal)).objects.length, 1100);
    assert.deepEqual(
      asked.map(({ query }) => [...query.keys()].toSorted()),
      [["prefix"], ["marker", "prefix"]],
    );
  });

  for (const name of ["Amazon's second version, URL-encoded", "the first version without NextMarker"]) {
    test(`of ${name} has all of 100,000 objects`, { timeout: 120_000 }, async (t) => {
      const keys = keysOf(100_000);
      const form = FORMS[name];
      assert.ok(form);
      const { settings } = await startReplayStore(t, (asked) => list(keys, form, asked));
      const { objects } = await createS3Bucket(settings).list("calls/", t.signal);
      assert.equal(objects.length, 100_000);
      assert.equal(objects.at(-1)?.key, keys.at(-1));
    });
  }

  test("of Azure has all of 100,000 objects", { timeout: 120_000 }, async (t) => {
    const keys = keysOf(100_000);
    const { settings } = await startReplayStore(t, ({ query }) => {
      const from = Number(query.get("marker") ?? 0);
      const names = keys.slice(from, from + PAGE).map(
        (key) => `<Blob><Name>${key}</Name><Properties><Last-Modified>Wed, 01 Jul 2026 12:10:00 GMT</Last-Modified>
          <Etag>0x8DB</Etag><Content-Length>5</Content-Length></Properties></Blob>`,
      );
      const next = from + PAGE < keys.length ? from + PAGE : "";
      return {
        body: `<EnumerationResults><Blobs>${names.join("")}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`,
      };
    });
    const { endpoint } = settings;
    const bucket = openBucket({ endpoint, account: "account", accountKey: "a2V5", bucket: "rec" });
    assert.equal((await bucket.list("calls/", t.signal)).objects.length, 100_000);
  });

  for (const [what, depth] of Object.entries({ flat: 1, deep: 500, endless: 100_000 })) {
    test(`whose page has ${what} elements in masses is refused`, { timeout: 60_000 }, async (t) => {
      const nest = "<a>".repeat(depth) + "</a>".repeat(depth);
      const body = `<ListBucketResult><IsTruncated>false</IsTruncated>${nest.repeat(500_000 / depth)}</ListBucketResult>`;
      const { settings } = await startReplayStore(t, () => ({ body }));
      await assert.rejects(createS3Bucket(settings).list("", t.signal), /the answer is not a listing/);
    });
  }

  test("that gives the same page by token and by key goes round in circles", async (t) => {
    const body = `<ListBucketResult>${truncated(false)}<NextContinuationToken>x</NextContinuationToken>${entry("k", {})}</ListBucketResult>`;
    const { settings, asked } = await startReplayStore(t, () => ({ body }));
    await assert.rejects(createS3Bucket(settings).list("", t.signal), /goes round in circles/);
    assert.equal(asked.length, 3);
  });
});

/** Keys in order, with characters whose encoding differs. */
function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `calls/a b+c${1_000_000 + index}.ts`);
}

function list(keys: string[], form: Form, { query }: Asked): Answer {
  const refused = form.refuse?.(query);
  if (refused !== undefined) return refused;
  const after = (form.begin ?? byToken)(query);
  const from = after === "" ? 0 : keys.indexOf(after) + 1;
  const page = keys.slice(from, from + PAGE);
  const isLast = from + PAGE >= keys.length;
  const fields = form.fields({ query, isLast, last: page.at(-1) ?? "" });
  const { root = "ListBucketResult", key = escapeXml } = form;
  const entries = page.map((each) => entry(key(each, query), form));
  return {
    ...(form.headers && { headers: form.headers }),
    body: `<?xml version="1.0"?><${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/" xmlns:xsi="x" xmlns:s3="y">${fields}${entries.join("")}</${root}>`,
  };
}

function entry(key: string, { time = "2026-07-01T12:10:00.000Z", etag = "<ETag>&quot;e&quot;</ETag>" }: Partial<Form>) {
  return `<Contents><Key>${key}</Key><LastModified>${time}</LastModified>${etag}<Size>5</Size></Contents>`;
}

function escapeXml(text: string) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
