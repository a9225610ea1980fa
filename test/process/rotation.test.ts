/** Secrets in files that change while the process runs, as a server gets to see them. */
import assert from "node:assert/strict";
import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";

import { createAgora } from "../../src/agora/client.ts";
import { openBucket } from "../../src/bucket/open-bucket.ts";
import { loadConfig } from "../../src/process/config.ts";

/** A folder of secrets until the test ends. A secret is replaced by a rename, as Kubernetes does. */
async function secretFolder(t: TestContext) {
  const path = await mkdtemp(join(tmpdir(), "tailslate-test-"));
  t.after(() => rm(path, { recursive: true }));
  return {
    path,
    ref: (name: string) => `file:${join(path, name)}`,
    async put(name: string, text: string) {
      await writeFile(join(path, `${name}.new`), text);
      await rename(join(path, `${name}.new`), join(path, name));
    },
  };
}

/** A server that keeps each request's `authorization`. */
async function startServer(t: TestContext) {
  const seen: string[] = [];
  const server = createServer((asked, reply) => {
    seen.push([asked.headers.authorization, asked.headers["x-amz-security-token"]].join(" "));
    reply.writeHead(404).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { url: `http://127.0.0.1:${address.port}`, seen };
}

async function load({ path }: { path: string }, content: object) {
  const file = join(path, "tailslate.config.json");
  await writeFile(file, JSON.stringify(content));
  return loadConfig({ TAILSLATE_CONFIG: file });
}

/** Repeats a request until the server has seen what `isNew` accepts; the test's own limit ends it otherwise. */
async function untilSeen({ seen }: { seen: string[] }, act: () => Promise<unknown>, isNew: RegExp) {
  do {
    await act();
    await setTimeout(100);
  } while (!isNew.test(seen.at(-1) ?? ""));
}

test("rotated keys of a store are taken up, both together, and a half-written file changes nothing", async (t) => {
  const [files, server] = [await secretFolder(t), await startServer(t)];
  await files.put("id", "OLDKEY\n");
  await files.put("secret", "old");
  const store = { vendor: 11, bucket: "recordings", endpoint: server.url };
  const keys = { accessKey: files.ref("id"), secretKey: files.ref("secret") };
  const { stores } = await load(files, { stores: { default: { ...store, ...keys } } });
  const bucket = openBucket(stores.get("default") ?? assert.fail());
  await bucket.head("key", t.signal);
  assert.match(server.seen[0] ?? "", /Credential=OLDKEY\//);

  await files.put("id", ""); // cannot be used: the old keys stay
  await bucket.head("key", t.signal);
  await files.put("secret", "new");
  await files.put("id", "NEWKEY");
  await untilSeen(server, () => bucket.head("key", t.signal), /Credential=NEWKEY\//);
  for (const line of server.seen) assert.match(line, /Credential=(OLD|NEW)KEY\//);
});

test("temporary keys come from one file, and are not used after their end", async (t) => {
  const [files, server] = [await secretFolder(t), await startServer(t)];
  const keys = { AccessKeyId: "STS1", SecretAccessKey: "s", SessionToken: "token-1" };
  await files.put("sts", JSON.stringify({ Version: 1, ...keys, Expiration: "2020-01-01T00:00:00Z" }));
  const store = { vendor: 11, bucket: "recordings", endpoint: server.url, credentials: files.ref("sts") };
  const { stores } = await load(files, { stores: { default: store } });
  const bucket = openBucket(stores.get("default") ?? assert.fail());
  await assert.rejects(bucket.list("", t.signal), {
    message: 'Cannot list bucket "recordings": its temporary keys have ended, and the file has no newer ones',
  });
  assert.equal(server.seen.length, 0);

  // In Alibaba's form.
  const next = {
    AccessKeyId: "STS2",
    AccessKeySecret: "s",
    SecurityToken: "token-2",
    Expiration: "2099-01-01T00:00:00Z",
  };
  await files.put("sts", JSON.stringify({ Credentials: next }));
  await untilSeen(server, () => bucket.head("key", t.signal).catch(() => undefined), /Credential=STS2\/.* token-2$/);
});

test("rotated keys of an Azure account and of Agora, and secrets of notifications are taken up", async (t) => {
  const [files, server] = [await secretFolder(t), await startServer(t)];
  const [oldKey, newKey] = ["b2xk", "bmV3"];
  for (const name of ["azure", "customer", "ncs"]) await files.put(name, oldKey);
  await files.put("account", "archive");
  const keys = { accessKey: files.ref("account"), secretKey: files.ref("azure") };
  const { accounts, stores, notificationSecrets } = await load(files, {
    accounts: {
      default: { customerId: files.ref("customer"), customerSecret: files.ref("customer"), baseUrls: [server.url] },
    },
    stores: { default: { vendor: 5, bucket: "recordings", endpoint: server.url, ...keys } },
    notifications: { secret: [files.ref("ncs"), files.ref("account")] },
  });
  assert.deepEqual(notificationSecrets?.(), [oldKey, "archive"]);
  for (const name of ["azure", "customer", "ncs"]) await files.put(name, newKey);

  const store = stores.get("default") ?? assert.fail();
  assert.ok("currentKey" in store && store.currentKey !== undefined);
  while (store.currentKey() !== newKey) await setTimeout(100);
  await openBucket(store).head("key", t.signal);
  assert.match(server.seen.at(-1) ?? "", /^SharedKey archive:/);

  const agora = createAgora(accounts.get("default") ?? assert.fail());
  const recording = { appId: "a", resourceId: "r", sid: "s", mode: "mix", cname: "c", uid: "1" } as const;
  await agora.query(recording, { host: 0, signal: t.signal });
  const basic = Buffer.from(`${newKey}:${newKey}`).toString("base64");
  assert.equal(server.seen.at(-1), `Basic ${basic} `);
  assert.deepEqual(notificationSecrets(), [newKey, "archive"]);
});
