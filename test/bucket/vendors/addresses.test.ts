/** Where requests go, by what people write as endpoint, region and addressing. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import { createS3Signer } from "../../../src/bucket/s3/signer.ts";
import { resolveStore } from "../../../src/bucket/vendors/resolve-store.ts";
import type { StoreSettings } from "../../../src/bucket/vendors/store-settings.ts";

const KEYS = { accessKey: "AKIA", secretKey: "secret" };

/** Addresses and regions as people write them, and the request that must come of them. */
const PLACES: { what: string; settings: Partial<StoreSettings>; url: string; region: string }[] = [
  {
    what: "a domain that is bound to the bucket",
    settings: { vendor: 2, region: 0, endpoint: "https://media.example.test", addressing: "bound" },
    url: "https://media.example.test/calls/a.ts",
    region: "cn-hangzhou",
  },
  {
    what: "an endpoint with the bucket, bound",
    settings: {
      vendor: 2,
      region: 0,
      endpoint: "https://recordings.oss-cn-hangzhou.aliyuncs.com",
      addressing: "bound",
    },
    url: "https://recordings.oss-cn-hangzhou.aliyuncs.com/calls/a.ts",
    region: "cn-hangzhou",
  },
  {
    what: "a dotted bucket at Amazon",
    settings: { vendor: 1, region: 0, bucket: "recordings.example.com" },
    url: "https://s3.us-east-1.amazonaws.com/recordings.example.com/calls/a.ts",
    region: "us-east-1",
  },
  {
    what: "a bucket of Amazon's with a capital, from before 2018",
    settings: { vendor: 1, region: 0, bucket: "Recordings" },
    url: "https://s3.us-east-1.amazonaws.com/Recordings/calls/a.ts",
    region: "us-east-1",
  },
  {
    what: "a dotted bucket over plain HTTP, virtual",
    settings: { endpoint: "http://store.localhost:9000", bucket: "a.b", addressing: "virtual" },
    url: "http://a.b.store.localhost:9000/calls/a.ts",
    region: "us-east-1",
  },
  {
    what: "Amazon's protocol at an IP address",
    settings: { vendor: 1, region: 0, endpoint: "http://127.0.0.1:9000" },
    url: "http://127.0.0.1:9000/recordings/calls/a.ts",
    region: "us-east-1",
  },
  {
    what: "an IPv6 address",
    settings: { endpoint: "http://[::1]:9000" },
    url: "http://[::1]:9000/recordings/calls/a.ts",
    region: "us-east-1",
  },
  {
    what: "an endpoint with a path",
    settings: { endpoint: "https://ref.storage.supabase.co/storage/v1/s3", region: "eu-west-2" },
    url: "https://ref.storage.supabase.co/storage/v1/s3/recordings/calls/a.ts",
    region: "eu-west-2",
  },
  {
    what: "an endpoint without a scheme",
    settings: { endpoint: "minio.example.test:9000" },
    url: "https://minio.example.test:9000/recordings/calls/a.ts",
    region: "us-east-1",
  },
  {
    what: "a server that is called like the bucket, path",
    settings: { endpoint: "https://recordings.example.test", addressing: "path" },
    url: "https://recordings.example.test/recordings/calls/a.ts",
    region: "us-east-1",
  },
  {
    what: "a bucket that is called like the first name of the vendor's own endpoint",
    settings: { vendor: 3, region: 2, bucket: "cos" },
    url: "https://cos.cos.ap-shanghai.myqcloud.com/calls/a.ts",
    region: "ap-shanghai",
  },
  {
    what: "a scheme with one slash too few",
    settings: { endpoint: "https:/minio.example.test" },
    url: "https://minio.example.test/recordings/calls/a.ts",
    region: "us-east-1",
  },
  {
    what: "Alibaba's internal endpoint",
    settings: { vendor: 2, region: 0, endpoint: "oss-cn-hangzhou-internal.aliyuncs.com" },
    url: "https://recordings.oss-cn-hangzhou-internal.aliyuncs.com/calls/a.ts",
    region: "cn-hangzhou",
  },
  {
    what: "Huawei in Europe, which is not under the table's domain",
    settings: { vendor: 7, region: "eu-west-101", endpoint: "https://obs.eu-west-101.myhuaweicloud.eu" },
    url: "https://recordings.obs.eu-west-101.myhuaweicloud.eu/calls/a.ts",
    region: "eu-west-101",
  },
  ...["RegionOne", "NL", "my_region"].map((region) => ({
    what: `the region ${region} as it is written`,
    settings: { region, endpoint: "https://swift.example.test" },
    url: "https://swift.example.test/recordings/calls/a.ts",
    region,
  })),
  {
    what: "Agora's name of a region beside an endpoint",
    settings: { vendor: 1, region: "eu_West_1", endpoint: "https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com" },
    url: "https://recordings.bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com/calls/a.ts",
    region: "eu-west-1",
  },
  ...[1, "CN_Hangzhou", undefined].map((region) => ({
    what: `Google with the region ${region}`,
    settings: { vendor: 6, region },
    url: "https://storage.googleapis.com/recordings/calls/a.ts",
    region: "auto",
  })),
  {
    what: "Cloudflare R2 with region 0",
    settings: { region: 0, endpoint: "https://0123.r2.cloudflarestorage.com" },
    url: "https://0123.r2.cloudflarestorage.com/recordings/calls/a.ts",
    region: "auto",
  },
  {
    what: "Backblaze with region 0",
    settings: { region: 0, endpoint: "s3.us-west-004.backblazeb2.com" },
    url: "https://s3.us-west-004.backblazeb2.com/recordings/calls/a.ts",
    region: "us-west-004",
  },
];

/** Addresses that cannot work, with the words that lead to one that does. */
const UNUSABLE_PLACES: { what: string; settings: Partial<StoreSettings>; field: string; mistake: RegExp }[] = [
  {
    what: "an endpoint that already holds the bucket",
    settings: { vendor: 2, region: 0, endpoint: "https://recordings.oss-cn-hangzhou.aliyuncs.com" },
    field: "endpoint",
    mistake: /already holds the bucket: give https:\/\/oss-cn-hangzhou\.aliyuncs\.com, or/,
  },
  {
    what: "an endpoint that holds the bucket, path",
    settings: { region: 0, endpoint: "https://recordings.s3.us-east-1.amazonaws.com", addressing: "path" },
    field: "endpoint",
    mistake: /give https:\/\/s3\.us-east-1\.amazonaws\.com,/,
  },
  {
    what: "an endpoint with the bucket in its path",
    settings: { vendor: 11, endpoint: "https://minio.example.test/s3/recordings/" },
    field: "endpoint",
    mistake: /give https:\/\/minio\.example\.test\/s3,/,
  },
  {
    what: "an endpoint of Azure with the container",
    settings: { vendor: 5, accessKey: "archive", endpoint: "https://archive.blob.core.windows.net/recordings" },
    field: "endpoint",
    mistake: /give https:\/\/archive\.blob\.core\.windows\.net$/,
  },
  {
    what: "a domain without its style",
    settings: { vendor: 2, region: 0, endpoint: "https://media.example.test" },
    field: "addressing",
    mistake: /"bound" for a domain that is bound to the bucket \(CNAME\)/,
  },
  {
    what: "a dotted bucket in virtual style",
    settings: { region: 0, bucket: "recordings.example.com", addressing: "virtual" },
    field: "addressing",
    mistake: /give "path"$/,
  },
  {
    what: "an IP address in virtual style",
    settings: { vendor: 11, endpoint: "https://10.0.0.1", addressing: "virtual" },
    field: "addressing",
    mistake: /IP address.*give "path"$/,
  },
  {
    what: "a dotted bucket at Alibaba",
    settings: { vendor: 2, region: 0, bucket: "a.b" },
    field: "bucket",
    mistake: /small letters/,
  },
  {
    what: "path style at Alibaba",
    settings: { vendor: 2, region: 0, addressing: "path" },
    field: "addressing",
    mistake: /in the host only/,
  },
];

describe("resolveStore()", () => {
  for (const { what, settings, url, region } of PLACES) {
    test(`${what}: a request goes to ${url}`, async () => {
      const resolved = resolveStore({ vendor: 11, bucket: "recordings", ...KEYS, ...settings });
      assert.ok(!("mistake" in resolved) && "region" in resolved, JSON.stringify(resolved));
      assert.equal(resolved.region, region);
      const signed = await createS3Signer(resolved)({ method: "GET", key: "calls/a.ts" });
      assert.equal(signed.url.href, url);
      assert.match(signed.headers["authorization"] ?? "", new RegExp(`/${region}/s3/aws4_request`));
    });
  }

  for (const { what, settings, field, mistake } of UNUSABLE_PLACES) {
    test(`${what} is a mistake in ${field}`, () => {
      const resolved = resolveStore({ vendor: 1, bucket: "recordings", ...KEYS, ...settings });
      assert.ok("mistake" in resolved);
      assert.equal(resolved.field, field);
      assert.match(resolved.mistake, mistake);
    });
  }
});

test("each example of docs/stores.md gives the URL and the region beside it", async () => {
  const page = await readFile(new URL("../../../docs/stores.md", import.meta.url), "utf8");
  const examples = [...page.matchAll(/^\| ([^|]+?) +\| `("endpoint"[^`]+)` +\| `([^`]+)` +\| `([^`]+)` +\|$/gm)];
  const names = examples.map(([, name = ""]) => name.split(" ")[0]);
  assert.deepEqual(names, [
    "Qiniu",
    "Kingsoft",
    "Cloudflare",
    "Backblaze",
    "Wasabi",
    "MinIO",
    "Ceph",
    "OpenStack",
    "Supabase",
  ]);
  for (const [, name, fields, url = "", region] of examples) {
    const resolved = resolveStore({ vendor: 11, bucket: "recordings", ...KEYS, ...JSON.parse(`{${fields}}`) });
    assert.ok("region" in resolved, name);
    const signed = await createS3Signer(resolved)({ method: "GET", key: "KEY" });
    assert.deepEqual({ name, url: signed.url.href, region: resolved.region }, { name, url, region });
  }
});
