import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { ConfigError } from "../../src/process/config-error.ts";
import { loadConfig } from "../../src/process/config.ts";

const SECRETS = {
  AGORA_CUSTOMER_ID: "planted-id",
  AGORA_CUSTOMER_SECRET: "planted-secret",
  STORE_ACCESS_KEY: "planted-access-key",
  STORE_SECRET_KEY: "planted-secret-key",
  NCS_SECRET: "planted-ncs",
};
const ACCOUNT = { customerId: "env:AGORA_CUSTOMER_ID", customerSecret: "env:AGORA_CUSTOMER_SECRET" };
const STORE = {
  vendor: 1,
  region: 0,
  bucket: "recordings",
  accessKey: "env:STORE_ACCESS_KEY",
  secretKey: "env:STORE_SECRET_KEY",
};

/** A folder until the test ends. */
async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "tailslate-test-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

/** Loads `content` as the configuration file; what is no string is written as JSON. */
async function load(t: TestContext, content: unknown, env: Record<string, string> = SECRETS) {
  const path = join(await folder(t), "tailslate.config.json");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return () => loadConfig({ ...env, TAILSLATE_CONFIG: path });
}

/** The message with which a configuration is refused, without the path; it never holds a secret. */
async function refusal(t: TestContext, content: unknown, env?: Record<string, string>): Promise<string> {
  const message = messageOf(await load(t, content, env));
  assert.match(message, /^Cannot use the configuration from \S+tailslate\.config\.json: /);
  return message.replace(/^.*?\.json: /, "");
}

function messageOf(loading: () => unknown): string {
  try {
    loading();
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    assert.doesNotMatch(error.message, /planted|\n/);
    assert.equal(error.cause, undefined);
    return error.message;
  }
  return assert.fail("It was accepted");
}

test("a file gives accounts and stores by name, with their secrets from the environment", async (t) => {
  const config = (
    await load(t, {
      accounts: { default: { ...ACCOUNT, baseUrls: ["http://127.0.0.1:8080/"], requestsPerSecond: 5 }, china: ACCOUNT },
      stores: { default: STORE },
      notifications: { secret: ["env:NCS_SECRET"] },
      searchAttributes: true,
    })
  )();
  const [customerId, customerSecret] = ["planted-id", "planted-secret"];
  assert.deepEqual(Object.fromEntries(config.accounts), {
    default: { customerId, customerSecret, baseUrls: ["http://127.0.0.1:8080"], requestsPerSecond: 5 },
    china: {
      customerId,
      customerSecret,
      baseUrls: ["https://api.agora.io", "https://api.sd-rtn.com"],
      requestsPerSecond: 10,
    },
  });
  assert.partialDeepStrictEqual(config.stores.get("default"), {
    endpoint: "https://s3.us-east-1.amazonaws.com",
    region: "us-east-1",
    bucket: "recordings",
    accessKey: "planted-access-key",
    secretKey: "planted-secret-key",
  });
  assert.deepEqual(config.notificationSecrets?.(), ["planted-ncs"]);
  assert.equal(config.searchAttributes, true);
});

test("without a file the environment gives one account and one store, both called default", () => {
  const config = loadConfig({
    TAILSLATE_CONFIG: "",
    AGORA_CUSTOMER_ID: "id",
    AGORA_CUSTOMER_SECRET: "secret",
    AGORA_BASE_URLS: "https://one.example, https://two.example/",
    AGORA_NCS_SECRET: "ncs",
    TAILSLATE_STORE_VENDOR: "11",
    TAILSLATE_STORE_REGION: "0",
    TAILSLATE_STORE_BUCKET: "20260101",
    TAILSLATE_STORE_ENDPOINT: "http://store.localhost:7070",
    TAILSLATE_STORE_ADDRESSING: "virtual",
    TAILSLATE_STORE_ACCESS_KEY: "key",
    TAILSLATE_STORE_SECRET_KEY: "secret",
  });
  assert.deepEqual(config.accounts.get("default")?.baseUrls, ["https://one.example", "https://two.example"]);
  assert.partialDeepStrictEqual(config.stores.get("default"), {
    endpoint: "http://store.localhost:7070",
    region: "us-east-1",
    addressing: "virtual",
    bucket: "20260101", // a name, though it looks like a number
    accessKey: "key",
  });
  assert.deepEqual(config.notificationSecrets?.(), ["ncs"]);
  assert.equal(config.searchAttributes, "auto");
});

test("an empty environment gives nothing, which is enough for those who only talk to Temporal", () => {
  const { accounts, stores, notificationSecrets } = loadConfig({});
  assert.deepEqual(
    { accounts: accounts.size, stores: stores.size, notificationSecrets },
    { accounts: 0, stores: 0, notificationSecrets: undefined },
  );
});

test("an environment that is set in part is refused, not ignored", () => {
  assert.equal(
    messageOf(() =>
      loadConfig({ AGORA_CUSTOMER_SECRET: "planted", TAILSLATE_STORE_VENDOR: "4", TAILSLATE_STORE_BUCKET: "b" }),
    ),
    "Cannot use the configuration from the environment: " +
      "accounts.default.customerId: names the environment variable AGORA_CUSTOMER_ID, which is not set; " +
      "stores.default.accessKey: names the environment variable TAILSLATE_STORE_ACCESS_KEY, which is not set; " +
      "stores.default.secretKey: names the environment variable TAILSLATE_STORE_SECRET_KEY, which is not set; " +
      "stores.default.vendor: is Kingsoft Cloud, which Agora no longer offers: give vendor 11 and the endpoint of its S3 protocol",
  );
});

test("every mistake is named at once, by its field, in one line", async (t) => {
  const said = await refusal(t, {
    accounts: {
      default: {
        customerId: "planted-literal",
        customerSecret: "env:NOT_SET",
        baseUrls: ["http://agora.example"],
        limit: 1,
      },
      "two words": ACCOUNT,
    },
    stores: { default: { ...STORE, vendor: 4, secretKey: "planted-literal" } },
    notifications: { secret: "file:/nowhere" },
    searchAttributes: "yes",
    acounts: {},
  });
  assert.deepEqual(said.split("; "), [
    "accounts.default.customerId: must be env:NAME or file:PATH: a literal secret does not belong into a configuration",
    "accounts.default.customerSecret: names the environment variable NOT_SET, which is not set",
    "accounts.default.baseUrls.0: must be https: plain HTTP is for loopback only",
    'accounts.default: Unrecognized key: "limit"',
    "accounts.two words: the name must be made of letters, digits, _ and - only",
    "stores.default.secretKey: must be env:NAME or file:PATH: a literal secret does not belong into a configuration",
    "stores.default.vendor: is Kingsoft Cloud, which Agora no longer offers: give vendor 11 and the endpoint of its S3 protocol",
    "notifications.secret: names a file that cannot be read",
    'searchAttributes: must be "auto", true or false',
    'Unrecognized key: "acounts"',
  ]);
});

test("an empty secret counts as missing, in the environment and in a file", async (t) => {
  const path = join(await folder(t), "secret");
  await writeFile(path, "\n");
  const account = { customerId: "env:AGORA_CUSTOMER_ID", customerSecret: `file:${path}` };
  assert.equal(
    await refusal(t, { accounts: { default: account } }, { AGORA_CUSTOMER_ID: "" }),
    "accounts.default.customerId: names the environment variable AGORA_CUSTOMER_ID, which is not set; " +
      "accounts.default.customerSecret: names a file that is empty",
  );
});

test("vendors that Agora no longer offers are refused with the reason", async (t) => {
  const reasons = { 0: "Qiniu", 4: "Kingsoft" };
  for (const [vendor, reason] of Object.entries(reasons)) {
    const said = await refusal(t, { stores: { default: { ...STORE, vendor } } });
    assert.match(said, new RegExp(`^stores\\.default\\.vendor: is ${reason}.*no longer offers`));
  }
});

test("a store may have the AWS default chain instead of keys", async (t) => {
  const { vendor, region, bucket } = STORE;
  const store = { vendor, region, bucket };
  const config = (await load(t, { stores: { default: { ...store, credentials: "aws" } } }))();
  const settings = config.stores.get("default");
  assert.ok(settings !== undefined && "credentials" in settings);
  assert.equal(
    await refusal(t, { stores: { default: store } }),
    'stores.default.accessKey: is required, unless credentials is "aws"',
  );
});

test("temporary keys are refused by field when their file has another form, or keys stand beside", async (t) => {
  const path = join(await folder(t), "sts");
  await writeFile(path, '{ "AccessKeyId": "planted" }');
  const { vendor, region, bucket, ...keys } = STORE;
  const store = { vendor, region, bucket, credentials: `file:${path}` };
  const refused = async (changes: object) => refusal(t, { stores: { default: { ...store, ...changes } } });
  assert.match(await refused({}), /^stores\.default\.credentials: names a file without temporary keys: JSON with Acc/);
  assert.match(await refused({ credentials: "planted" }), /^stores\.default\.credentials: must be "aws", or file:PATH/);
  await writeFile(path, '{ "AccessKeyId": "planted", "SecretAccessKey": "planted" }');
  assert.match(await refused(keys), /^stores\.default\.credentials: is used instead of keys/);
});

test("plain HTTP is for loopback only; for a store, allowHttp lets it out", async (t) => {
  const store = { ...STORE, vendor: 11, endpoint: "http://minio.internal:9000" };
  const reason = "stores.default.endpoint: must be https: plain HTTP is for loopback only, unless allowHttp is true";
  assert.equal(await refusal(t, { stores: { default: store } }), reason);
  const config = (await load(t, { stores: { default: { ...store, allowHttp: true } } }))();
  assert.equal(config.stores.get("default")?.endpoint, "http://minio.internal:9000");

  for (const host of ["127.0.0.1:1", "localhost", "agora.localhost", "[::1]:8080"]) {
    const account = { ...ACCOUNT, baseUrls: [`http://${host}`] };
    assert.equal((await load(t, { accounts: { default: account } }))().accounts.size, 1);
  }
  for (const host of ["agora.example", "localhost.example", "10.0.0.1", "127.0.0.1.example"]) {
    const account = { ...ACCOUNT, baseUrls: [`http://${host}`], allowHttp: true };
    assert.match(await refusal(t, { accounts: { default: account } }), /baseUrls\.0: must be https.*"allowHttp"/);
  }
});

test("a text that is no address, or carries more than an address, is refused", async (t) => {
  const wrong = {
    agora: "must be an http or https address",
    "ftp://agora.example": "must be an http or https address",
    "https://planted:planted@agora.example": "must be an address without credentials, query and fragment",
    "https://agora.example/?region=planted": "must be an address without credentials, query and fragment",
  };
  for (const [address, reason] of Object.entries(wrong)) {
    const said = await refusal(t, { accounts: { default: { ...ACCOUNT, baseUrls: [address] } } });
    assert.equal(said, `accounts.default.baseUrls.0: ${reason}`);
  }
});

test("a file that is no JSON is refused without showing any of it", async (t) => {
  assert.equal(await refusal(t, '{ "accounts": planted-literal }'), "it is not JSON");
  assert.match(await refusal(t, "[]"), /expected object/);
});

test("a file that TAILSLATE_CONFIG names must be there", () => {
  assert.equal(
    messageOf(() => loadConfig({ ...SECRETS, TAILSLATE_CONFIG: "/nowhere/tailslate.config.json" })),
    "Cannot use the configuration from /nowhere/tailslate.config.json: the file cannot be read",
  );
});

test("encryption, lock and payment of a store are taken, or their mistakes are named", async (t) => {
  const settings = {
    serverSideEncryption: { kmsKeyId: "alias/recordings" },
    objectLock: { mode: "GOVERNANCE", days: 30 },
    requesterPays: true,
  };
  const loading = await load(t, { stores: { default: { ...STORE, ...settings } } });
  assert.partialDeepStrictEqual(loading().stores.get("default"), settings);

  const wrong = { serverSideEncryption: "aes", objectLock: { mode: "GOVERNANCE", days: 0 } };
  const message = await refusal(t, { stores: { default: { ...STORE, ...wrong } } });
  assert.match(message, /stores\.default\.serverSideEncryption: must be "AES256" or/);
  assert.match(message, /stores\.default\.objectLock\.days/);
});
