/** `tailslate doctor` as a person runs it: a process, before real servers that are well, wrong or away. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";

import { Connection } from "@temporalio/client";
import { msToTs } from "@temporalio/common/lib/time.js";

import { freePorts } from "../../../dev/servers/child.ts";
import { storeEnvironment } from "../../../dev/servers/s3-gateway.ts";
import { createS3Bucket } from "../../../src/bucket/s3/s3.ts";
import type { CheckResult } from "../../../src/doctor/check.ts";
import { hasSearchAttributes } from "../../../src/process/search-attributes.ts";
import { SECRETS, testHarness } from "../../support/harness.ts";
import { testServers } from "../../support/servers.ts";
import { startCommand } from "../../support/worker-process.ts";
import { startRestrictedStore } from "../restricted-store.ts";

const harness = testHarness();
const servers = testServers();
const NCS_SECRET = "planted-ncs-secret";

/** Everything as it must be: a worker polls, the emulator knows the account, the bucket is there and empty. */
async function surroundings() {
  const [{ emulator, taskQueue, address }, { s3, temporal }] = await Promise.all([harness(), servers()]);
  const settings = await s3.createBucket(`doctor-${randomUUID()}`);
  return {
    endpoint: settings.endpoint,
    address,
    bucket: createS3Bucket(settings),
    env: {
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      TEMPORAL_TASK_QUEUE: taskQueue,
      AGORA_CUSTOMER_ID: SECRETS.customerId,
      AGORA_CUSTOMER_SECRET: SECRETS.customerSecret,
      AGORA_BASE_URLS: emulator.url,
      AGORA_NCS_SECRET: NCS_SECRET,
      ...storeEnvironment(settings),
    },
  };
}

/** Runs it to its end; gives the exit code and each finding by its check, with the random parts of its names cut off. */
async function examine(t: TestContext, env: Record<string, string>, ...args: string[]) {
  const doctor = startCommand(t, { args: ["--json", "doctor", ...args], env });
  const code = await doctor.ended;
  assert.doesNotMatch(doctor.output(), /planted/);
  const secretKey = env["TAILSLATE_STORE_SECRET_KEY"];
  assert.ok(secretKey === undefined || !doctor.output().includes(secretKey));
  const printed: CheckResult[] = JSON.parse(doctor.stdout());
  const findings: Record<string, CheckResult> = {};
  for (const finding of printed) findings[finding.check.replace(/test-[0-9a-f-]{36}|127\.0\.0\.1:\d+/, "*")] = finding;
  return { code, findings };
}

function statuses(findings: Record<string, CheckResult>) {
  return Object.fromEntries(Object.entries(findings).map(([check, { status }]) => [check, status]));
}

const WELL = {
  runtime: "ok",
  configuration: "ok",
  "webhook-secret": "ok",
  "worker-versioning": "ok",
  temporal: "ok",
  namespace: "ok",
  "search-attributes": "ok",
  "task-queue *": "ok",
  "task-queue *-agora-default": "ok",
  "agora default *": "ok",
  "store default list": "ok",
  "store default write": "ok",
  "store default head": "ok",
  "store default read": "ok",
  clock: "ok",
};

test("tailslate doctor finds all well, in one order, and leaves one object that says what it is", async (t) => {
  const { env, bucket } = await surroundings();
  const { code, findings } = await examine(t, env);
  assert.deepEqual(Object.entries(statuses(findings)), Object.entries(WELL));
  assert.equal(code, 0);
  const page = await readFile(new URL("../../../docs/doctor.md", import.meta.url), "utf8");
  const documented = [...page.matchAll(/^\| `([^` ]+)/gm)].map(([, check]) => check);
  const checks = Object.keys(findings).map((check) => check.split(" ")[0]);
  assert.deepEqual(new Set(documented), new Set(checks));
  const { objects } = await bucket.list("", t.signal);
  assert.deepEqual(
    objects.map(({ key }) => key),
    ["tailslate-doctor.txt"],
  );
});

test("tailslate doctor --no-write leaves nothing, and still checks whether objects can be read", async (t) => {
  const { env, bucket } = await surroundings();
  const { code, findings } = await examine(t, env, "--no-write", "--prefix", "calls", "--app-id", "0123456789abcdef");
  assert.equal(code, 0);
  assert.deepEqual(statuses(findings), { ...WELL, "store default write": "skipped" });
  assert.deepEqual((await bucket.list("", t.signal)).objects, []);
});

test("tailslate doctor prints a line for each check and the remedy under what is not well", async (t) => {
  const { env } = await surroundings();
  const { AGORA_NCS_SECRET: _, ...withoutSecret } = env;
  const doctor = startCommand(t, { args: ["doctor"], env: withoutSecret });
  assert.equal(await doctor.ended, 0);
  assert.match(doctor.stdout(), /^ok {7}runtime {2,}\w+ \d+\.\d+\.\d+.*, Temporal SDK 1\.\d+\.\d+$/m);
  assert.match(doctor.stdout(), /^warning {2}webhook-secret .*\n {9}→ Set notifications\.secret/m);
  assert.equal(doctor.stderr(), "");
});

test("tailslate doctor names everything that is wrong at once, each with a remedy", async (t) => {
  const { env, endpoint } = await surroundings();
  const [nothing] = await freePorts(1);
  const folder = await mkdtemp(join(tmpdir(), "tailslate-doctor-"));
  t.after(() => rm(folder, { recursive: true }));
  const config = join(folder, "config.json");
  const keys = { accessKey: "env:TAILSLATE_STORE_ACCESS_KEY", secretKey: "env:TAILSLATE_STORE_SECRET_KEY" };
  const store = { vendor: 11, endpoint, bucket: env.TAILSLATE_STORE_BUCKET, ...keys };
  const account = { customerId: "env:AGORA_CUSTOMER_ID", customerSecret: "env:AGORA_CUSTOMER_SECRET" };
  await writeFile(
    config,
    JSON.stringify({
      accounts: {
        default: { ...account, customerSecret: "env:WRONG_SECRET", baseUrls: [env.AGORA_BASE_URLS] },
        away: { ...account, baseUrls: [`http://127.0.0.1:${nothing}`] },
        elsewhere: { ...account, baseUrls: [endpoint] },
      },
      stores: {
        away: { ...store, endpoint: `http://127.0.0.1:${nothing}` },
        forbidden: { ...store, secretKey: "env:WRONG_SECRET" },
        wrong: { ...store, bucket: "no-such-bucket" },
      },
    }),
  );
  const { code, findings } = await examine(t, {
    ...env,
    TAILSLATE_CONFIG: config,
    WRONG_SECRET: "planted-wrong",
    TEMPORAL_TASK_QUEUE: "nobody",
    TEMPORAL_DEPLOYMENT_NAME: "recordings",
  });
  assert.equal(code, 1);
  for (const [check, status, found] of [
    ["webhook-secret", "warning", /^Not set/],
    ["worker-versioning", "wrong", /^TEMPORAL_DEPLOYMENT_NAME is set and TEMPORAL_WORKER_BUILD_ID is not/],
    ["task-queue nobody", "wrong", /^No worker polls it$/],
    ["task-queue nobody-agora-default", "wrong", /^No worker polls it$/],
    ["agora default *", "wrong", /^Agora answered 401: the credentials are refused$/],
    ["agora away *", "wrong", /^Agora cannot be reached$/],
    ["store away list", "wrong", /^Cannot list bucket "[\w-]+": no answer( \(\w+\))?$/],
    ["store away write", "skipped", /^The store cannot be reached$/],
    ["store forbidden list", "wrong", /the store answered 403 SignatureDoesNotMatch$/],
    ["store forbidden write", "wrong", /the store answered 403 SignatureDoesNotMatch$/],
    ["store forbidden read", "skipped", /^Nothing was written/],
    ["store wrong list", "wrong", /the store answered 404 NoSuchBucket$/],
    ["store wrong read", "skipped", /^There is no such bucket$/],
    ["clock", "ok", /^At most/],
  ] as const) {
    const finding = findings[check];
    assert.ok(finding, check);
    assert.equal(finding.status, status, check);
    assert.match(finding.found, found);
    assert.equal(finding.remedy !== null, status === "wrong" || status === "warning", check);
  }
  assert.notEqual(findings["agora elsewhere *"]?.status, "ok");
});

test("tailslate doctor distinguishes the permission to write from those to list and to read", async (t) => {
  const { env } = await surroundings();
  const store = await startRestrictedStore(t);
  if (store === undefined) return t.skip("there is no VersityGW, whose users can be restricted");
  const { code, findings } = await examine(t, {
    ...env,
    TAILSLATE_STORE_ENDPOINT: store.endpoint,
    TAILSLATE_STORE_BUCKET: store.bucket,
    TAILSLATE_STORE_ACCESS_KEY: store.accessKey,
    TAILSLATE_STORE_SECRET_KEY: store.secretKey,
  });
  assert.equal(code, 1);
  const refused = { "store default list": "wrong", "store default head": "wrong", "store default read": "wrong" };
  assert.deepEqual(statuses(findings), { ...WELL, ...refused });
  assert.match(findings["store default list"]?.remedy ?? "", /s3:ListBucket/);
  assert.match(findings["store default read"]?.remedy ?? "", /s3:GetObject/);
  assert.match(findings["store default list"]?.found ?? "", /^Cannot list bucket "restricted": .* 403 AccessDenied$/);
});

test("tailslate doctor asks for kms:Decrypt where metadata may be read and bytes may not", async (t) => {
  const { env } = await surroundings();
  const metadata = { etag: '"e"', "last-modified": "Mon, 23 Nov 2026 12:00:00 GMT", "content-length": "5" };
  const listing = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>";
  const server = createServer((asked, reply) => {
    asked.resume();
    const isListing = asked.url?.includes("list-type=2") === true;
    if (asked.method === "HEAD") reply.writeHead(200, metadata).end();
    else if (asked.method === "PUT" || isListing) reply.writeHead(200).end(isListing ? listing : "");
    else reply.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
  });
  const [port = 0] = await freePorts(1);
  await new Promise<void>((resolve) => void server.listen(port, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { findings } = await examine(t, { ...env, TAILSLATE_STORE_ENDPOINT: `http://127.0.0.1:${port}` });
  assert.deepEqual(statuses(findings), { ...WELL, "store default read": "wrong" });
  assert.match(findings["store default read"]?.remedy ?? "", /kms:Decrypt/);
});

test("tailslate doctor asks nothing of a namespace that is not there", async (t) => {
  const { env } = await surroundings();
  const { code, findings } = await examine(t, { ...env, TEMPORAL_NAMESPACE: "ghost" });
  assert.equal(code, 1);
  assert.match(findings["namespace"]?.remedy ?? "", /namespace create --namespace ghost$/);
  assert.deepEqual(statuses(findings), {
    ...WELL,
    namespace: "wrong",
    "search-attributes": "skipped",
    "task-queue *": "skipped",
    "task-queue *-agora-default": "skipped",
  });
});

test("tailslate doctor goes on without a configuration and without Temporal, and ends with 2", async (t) => {
  const env = { TEMPORAL_ADDRESS: "127.0.0.1:1", AGORA_CUSTOMER_ID: "planted", TAILSLATE_STORE_VENDOR: "99" };
  const { code, findings } = await examine(t, env);
  assert.equal(code, 2);
  assert.match(findings["configuration"]?.found ?? "", /customerSecret: .*stores\.default\.bucket: /);
  assert.match(findings["temporal"]?.found ?? "", /^Cannot reach Temporal at 127\.0\.0\.1:1$/);
  const { runtime, "worker-versioning": versioning, configuration: _, temporal: __, ...rest } = findings;
  assert.equal(runtime?.status, "ok");
  assert.equal(versioning?.status, "ok");
  assert.ok(Object.values(rest).every(({ status }) => status === "skipped"));
});

test("tailslate doctor --fix registers the search attributes that it has missed before", async (t) => {
  const { env, address } = await surroundings();
  const connection = await Connection.connect({ address });
  t.after(() => connection.close());
  const namespace = `doctor-${randomUUID()}`;
  const workflowExecutionRetentionPeriod = msToTs("1 day");
  await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });

  const look = async (...args: string[]) =>
    (await examine(t, { ...env, TEMPORAL_NAMESPACE: namespace }, ...args)).findings["search-attributes"];
  assert.partialDeepStrictEqual(await look(), { status: "warning", remedy: "Run: tailslate doctor --fix" });
  assert.match((await look("--fix"))?.found ?? "", /^Registered now: RecordingSid, RecordingChannel, /);
  assert.ok(await hasSearchAttributes(connection, namespace));
});

test("tailslate doctor calls a clock that is a minute ahead a warning, and one that is an hour ahead wrong", async (t) => {
  const { env } = await surroundings();
  const clockFor = async (minutes: number) => {
    const { findings } = await examine(t, { ...env, AGORA_BASE_URLS: await agoraInThePast(t, minutes) });
    assert.equal(findings["agora default *"]?.status, "warning"); // it answers 503, which proves nothing
    return findings["clock"];
  };
  const [warning, wrong] = await Promise.all([clockFor(1), clockFor(60)]);
  assert.equal(warning?.status, "warning");
  assert.equal(wrong?.status, "wrong");
  assert.match(wrong?.found ?? "", /^3\d{3} s ahead of 127\.0\.0\.1:\d+$/);
});

async function agoraInThePast(t: TestContext, minutes: number): Promise<string> {
  const server = createServer((_request, response) => {
    response
      .setHeader("date", new Date(Date.now() - minutes * 60_000).toUTCString())
      .writeHead(503)
      .end();
  });
  const [port] = await freePorts(1);
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${port}`;
}
