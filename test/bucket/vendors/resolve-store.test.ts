import assert from "node:assert/strict";
import process from "node:process";
import { describe, test } from "node:test";

import { resolveStore } from "../../../src/bucket/vendors/resolve-store.ts";
import type { StoreSettings } from "../../../src/bucket/vendors/store-settings.ts";

const KEYS = { accessKey: "AKIA", secretKey: "secret" };

describe("resolveStore()", () => {
  for (const { vendor, region, endpoint, signed, addressing } of [
    {
      vendor: 1,
      region: 0,
      endpoint: "https://s3.us-east-1.amazonaws.com",
      signed: "us-east-1",
      addressing: "virtual",
    },
    {
      vendor: "1",
      region: "20",
      endpoint: "https://s3.ap-northeast-3.amazonaws.com",
      signed: "ap-northeast-3",
      addressing: "virtual",
    },
    {
      vendor: 1,
      region: 28,
      endpoint: "https://s3.il-central-1.amazonaws.com",
      signed: "il-central-1",
      addressing: "virtual",
    },
    {
      vendor: "s3",
      region: "EU_WEST_1",
      endpoint: "https://s3.eu-west-1.amazonaws.com",
      signed: "eu-west-1",
      addressing: "virtual",
    },
    {
      vendor: 1,
      region: 15,
      endpoint: "https://s3.cn-north-1.amazonaws.com.cn",
      signed: "cn-north-1",
      addressing: "virtual",
    },
    {
      vendor: 2,
      region: 5,
      endpoint: "https://s3.oss-cn-huhehaote.aliyuncs.com",
      signed: "cn-huhehaote",
      addressing: "virtual",
    },
    {
      vendor: 2,
      region: 25,
      endpoint: "https://s3.oss-cn-wulanchabu.aliyuncs.com",
      signed: "cn-wulanchabu",
      addressing: "virtual",
    },
    {
      vendor: "oss",
      region: "CN_Southeast_7",
      endpoint: "https://s3.oss-ap-southeast-7.aliyuncs.com",
      signed: "ap-southeast-7",
      addressing: "virtual",
    },
    {
      vendor: 3,
      region: 19,
      endpoint: "https://cos.eu-moscow.myqcloud.com",
      signed: "eu-moscow",
      addressing: "virtual",
    },
    { vendor: 6, region: undefined, endpoint: "https://storage.googleapis.com", signed: "auto", addressing: "path" },
    {
      vendor: 7,
      region: 15,
      endpoint: "https://obs.sa-chile-1.myhuaweicloud.com",
      signed: "sa-chile-1",
      addressing: "virtual",
    },
    { vendor: 8, region: "Guangzhou", endpoint: "https://s3.gz.bcebos.com", signed: "gz", addressing: "virtual" },
  ]) {
    test(`vendor ${JSON.stringify(vendor)}, region ${JSON.stringify(region)} is ${endpoint}`, () => {
      assert.partialDeepStrictEqual(resolveStore({ vendor, region, bucket: "recordings", ...KEYS }), {
        endpoint,
        region: signed,
        bucket: "recordings",
        addressing,
        checksumMode: vendor === 1 || vendor === "1" || vendor === "s3",
        ...KEYS,
        sessionToken: undefined,
      });
    });
  }

  test("encryption, lock and payment are for stores that speak S3", () => {
    const settings = {
      serverSideEncryption: { kmsKeyId: "k" },
      objectLock: { mode: "GOVERNANCE", days: 1 },
      requesterPays: true,
    } as const;
    assert.partialDeepStrictEqual(
      resolveStore({ vendor: 1, region: 0, bucket: "recordings", ...KEYS, ...settings }),
      settings,
    );
    assert.deepEqual(
      resolveStore({ vendor: 5, bucket: "recordings", accessKey: "account", secretKey: "a2V5", ...settings }),
      {
        field: "serverSideEncryption",
        mistake: "is for stores that speak S3",
      },
    );
  });

  test("an endpoint and an addressing of our own override the vendor's", () => {
    const settings = {
      vendor: 1,
      region: 0,
      bucket: "recordings",
      endpoint: "http://127.0.0.1:7070",
      addressing: "path",
    } as const;
    assert.partialDeepStrictEqual(resolveStore({ ...settings, ...KEYS }), {
      endpoint: "http://127.0.0.1:7070",
      region: "us-east-1",
      addressing: "path",
    });
  });

  test("a region that is newer than the table can be named beside its endpoint", () => {
    const settings = { vendor: 11, region: "eu-new-9", bucket: "recordings", endpoint: "https://s3.example.com" };
    assert.partialDeepStrictEqual(resolveStore({ ...settings, ...KEYS }), { region: "eu-new-9", addressing: "path" });
  });

  test("plain HTTP leaves this machine only when that is allowed", () => {
    const settings = { vendor: 11, bucket: "recordings", endpoint: "http://store.example.com", ...KEYS };
    assert.partialDeepStrictEqual(resolveStore(settings), { field: "endpoint" });
    assert.partialDeepStrictEqual(resolveStore({ ...settings, allowHttp: true }), { endpoint: settings.endpoint });
  });

  test("the AWS default chain replaces keys", async (t) => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    const before = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN };
    t.after(() => setEnvironment(before));
    setEnvironment({ AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "secret", AWS_SESSION_TOKEN: "token" });

    const resolved = resolveStore({ vendor: 1, region: 0, bucket: "recordings", credentials: "aws" });
    assert.ok("credentials" in resolved);
    assert.deepEqual(await resolved.credentials(), { ...KEYS, sessionToken: "token" });
  });

  for (const { vendor, endpoint, opened } of [
    { vendor: 5, endpoint: undefined, opened: "https://archive.blob.core.windows.net" },
    {
      vendor: "Azure",
      endpoint: "https://archive.blob.core.chinacloudapi.cn",
      opened: "https://archive.blob.core.chinacloudapi.cn",
    },
  ]) {
    test(`vendor ${JSON.stringify(vendor)} is Azure, at ${opened}`, () => {
      const keys = { accessKey: "archive", secretKey: "c2VjcmV0" };
      assert.deepEqual(resolveStore({ vendor, region: 0, bucket: "recordings", endpoint, ...keys }), {
        endpoint: opened,
        account: "archive",
        accountKey: "c2VjcmV0",
        bucket: "recordings",
      });
    });
  }

  const mistakes: { what: string; settings: Partial<StoreSettings>; field: string; mistake: RegExp }[] = [
    { what: "Qiniu", settings: { vendor: 0 }, field: "vendor", mistake: /Qiniu/ },
    { what: "Kingsoft", settings: { vendor: 4 }, field: "vendor", mistake: /no longer/ },
    { what: "no storage account", settings: { vendor: 5 }, field: "accessKey", mistake: /storage account's name/ },
    { what: "AWS's chain for Azure", settings: { vendor: 5, credentials: "aws" }, field: "credentials", mistake: /S3/ },
    {
      what: "the chain beside keys",
      settings: { region: 0, credentials: "aws" },
      field: "credentials",
      mistake: /instead of keys/,
    },
    { what: "no key", settings: { region: 0, accessKey: undefined }, field: "accessKey", mistake: /is required/ },
    { what: "no secret", settings: { region: 0, secretKey: undefined }, field: "secretKey", mistake: /is required/ },
    {
      what: "an unknown vendor",
      settings: { vendor: 99 },
      field: "vendor",
      mistake: /1 \(s3\), 2 \(oss\), 3 \(cos\), 5 \(azure\)/,
    },
    { what: "the name of a property", settings: { vendor: "constructor" }, field: "vendor", mistake: /must be one of/ },
    {
      what: "the name of a property as region",
      settings: { vendor: 8, region: "constructor" },
      field: "region",
      mistake: /is unknown/,
    },
    { what: "no region", settings: { vendor: 1 }, field: "region", mistake: /is required/ },
    { what: "an unknown region", settings: { vendor: 1, region: 99 }, field: "region", mistake: /is unknown/ },
    {
      what: "an unknown region's name",
      settings: { vendor: 1, region: "eu-north-99" },
      field: "region",
      mistake: /is unknown/,
    },
    {
      what: "Alibaba's region that there is not",
      settings: { vendor: 2, region: 18 },
      field: "region",
      mistake: /is unknown/,
    },
    { what: "Baidu's region 0", settings: { vendor: 8, region: 0 }, field: "region", mistake: /1 \(bd\)/ },
    { what: "no endpoint where one is needed", settings: { vendor: 11 }, field: "endpoint", mistake: /is required/ },
    {
      what: "an endpoint that is no address",
      settings: { vendor: 11, endpoint: "ftp://store" },
      field: "endpoint",
      mistake: /http/,
    },
    {
      what: "credentials in the endpoint",
      settings: { vendor: 11, endpoint: "https://a:b@store.example.com" },
      field: "endpoint",
      mistake: /without credentials/,
    },
    {
      what: "a host that only begins like loopback",
      settings: { vendor: 11, endpoint: "http://127.0.0.1.example.com" },
      field: "endpoint",
      mistake: /loopback/,
    },
    {
      what: "a bucket that would change the path",
      settings: { vendor: 6, bucket: "a/b" },
      field: "bucket",
      mistake: /name/,
    },
  ];
  for (const { what, settings, field, mistake } of mistakes) {
    test(`${what} is a mistake in ${field}`, () => {
      const resolved = resolveStore({ vendor: 1, bucket: "recordings", ...KEYS, ...settings });
      assert.ok("mistake" in resolved);
      assert.equal(resolved.field, field);
      assert.match(resolved.mistake, mistake);
    });
  }
});

function setEnvironment(values: Record<string, string | undefined>) {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
