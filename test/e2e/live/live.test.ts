/** `npm run live` from end to end: the emulator stands in for Agora, the store is real. */
// Runs on Node alone: a developer's tool
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";

import { questionIds } from "../../../dev/live/questions.ts";
import { Transcript } from "../../../dev/live/transcript.ts";
import { freePorts } from "../../../dev/servers/child.ts";
import { type S3Gateway, startS3Gateway, storeEnvironment } from "../../../dev/servers/s3-gateway.ts";
import { createS3Bucket } from "../../../src/bucket/s3/s3.ts";
import { type Emulator, startEmulator } from "../../../src/emulator/emulator.ts";

const SCRIPT = fileURLToPath(new URL("../../../dev/live/live.ts", import.meta.url));
const OURS = /^(AGORA|TAILSLATE|TEMPORAL)_/;

/** Everything that must not be in a transcript. */
const PLANTED = {
  customerId: "planted-customer-id",
  customerSecret: "planted-customer-secret",
  noticeSecret: "planted-notice-secret",
  appId: "0123456789abcdef0123456789abcdef",
  token: "planted-channel-token",
  bucket: "planted-bucket",
  page: "https://planted.customer.test/page?key=planted",
  channel: "Planted_Meeting (a*b), [Board]",
};

let starting: Promise<S3Gateway> | undefined;
after(async () => (await starting)?.stop());

type Surroundings = {
  emulator: Emulator;
  secrets: string[];
  live: (flags?: string[], interrupt?: Promise<unknown>) => Promise<Ended>;
};
type Ended = { code: unknown; text: string; transcript: string };

async function setUp(t: TestContext): Promise<Surroundings> {
  const s3 = await (starting ??= startS3Gateway());
  const store = await s3.createBucket(PLANTED.bucket);
  const [port = 0] = await freePorts(1);
  const { customerId, customerSecret, noticeSecret, appId, token } = PLANTED;
  const emulator = await startEmulator({
    customerId,
    customerSecret,
    bucket: createS3Bucket(store),
    notify: { url: `http://127.0.0.1:${port}/`, secret: noticeSecret },
  });
  t.after(() => emulator.close());
  const folder = await mkdtemp(join(tmpdir(), "tailslate-live-"));
  t.after(() => rm(folder, { recursive: true }));
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.test(name))),
    ...storeEnvironment(store),
    AGORA_APP_ID: appId,
    AGORA_BASE_URLS: emulator.url,
    AGORA_CHANNEL_TOKEN: token,
    AGORA_CUSTOMER_ID: customerId,
    AGORA_CUSTOMER_SECRET: customerSecret,
    AGORA_NCS_SECRET: noticeSecret,
  };
  const always = ["--seconds", "1", "--settle", "3", "--interval", "0", "--notices-port", String(port)];
  return {
    emulator,
    secrets: [...Object.values(PLANTED), store.accessKey, store.secretKey, "127.0.0.1", "planted", "Planted"],
    async live(flags = [], interrupt) {
      const output = join(folder, "transcript.json");
      const child = spawn(process.execPath, [SCRIPT, ...always, "--output", output, ...flags], { cwd: folder, env });
      let text = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (part) => (text += part));
      void interrupt?.then(() => child.kill("SIGINT"));
      const [code] = await once(child, "close");
      return { code, text, transcript: await readFile(output, "utf8").catch(() => "") };
    },
  };
}

test("without consent it names the cost and sends nothing", async (t) => {
  const { emulator, live } = await setUp(t);
  const { code, text, transcript } = await live();
  assert.equal(code, 2);
  assert.match(text, /bills about 1 min of web recording/);
  assert.equal(transcript, "");
  assert.equal(emulator.calls.length, 0);
});

test("a web page: every question is in the transcript, and nothing that was planted", async (t) => {
  const { emulator, secrets, live } = await setUp(t);
  const { code, text, transcript } = await live(["--yes", "--page", PLANTED.page]);
  assert.equal(code, 0, text);
  const { questions, exchanges, files, notices } = Transcript.parse(JSON.parse(transcript));
  assertHoldsNone(transcript + text, [...secrets, ...idsOf(emulator)]);
  assert.deepEqual(Object.keys(questions), [...questionIds]);

  const observed = (id: keyof typeof questions) => questions[id].observed ?? "";
  assert.match(observed("async-stop-body"), /^HTTP 200, fields cname, resourceId, serverResponse, sid, uid$/);
  assert.match(observed("sync-stop-body"), /^HTTP 200, .*uploadingStatus uploaded$/);
  assert.match(observed("second-stop"), /^HTTP 400, .*code 49; HTTP 400, .*code 49$/);
  assert.match(observed("query-after-stop"), /^first: 0 answered, then HTTP 404/);
  assert.match(observed("second-start"), /^HTTP 201, .*code 7$/);
  assert.equal(observed("segment-digits"), "17 digits");
  assert.equal(observed("channel-spelling"), '"_" is written "-"; "," is written "-"');
  assert.equal(observed("web-payload-key"), "payload");
  assert.equal(observed("slice-time-unit"), "milliseconds");
  assert.equal(observed("file-config-omitted"), "the start was answered with 200; files: m3u8, ts");
  assert.match(observed("progress-order"), /10000/);
  assert.equal(questions["uploaded-after-backup"].observed, null);
  assert.equal(questions["backup-retention"].observed, null);
  assert.deepEqual([...new Set(notices.map(({ eventType }) => eventType))], [71, 11, 33, 31]);
  assert.deepEqual(exchanges[1]?.body, { cname: "<other>", uid: "<uid>", resourceId: "<other>" });
  assert.ok(
    files.some(({ name }) => name === "<sid>_<channel>.m3u8"),
    JSON.stringify(files),
  );
});

test("a channel whose stop fails and quotes secrets: it is stopped again, and the transcript stays clean", async (t) => {
  const { emulator, secrets, live } = await setUp(t);
  const { channel, bucket, customerSecret, appId } = PLANTED;
  const reason = `no ${bucket} at https://${bucket}.customer.test:9/x or 10.1.2.3, ${customerSecret}, ${appId}, ${channel}`;
  emulator.plan(channel, {
    backup: { parts: [5], afterMs: 0, resent: 1 },
    stop: [{ status: 504, body: { code: 62, reason, streamUid: 3_141_592_653, [customerSecret]: 1 } }],
  });
  const { code, text, transcript } = await live(["--yes", "--channel", channel]);
  assert.equal(code, 0, text);
  assertHoldsNone(transcript + text, [...secrets, ...idsOf(emulator), "customer.test", "10.1.2.3", "3141592653"]);
  const { questions, exchanges } = Transcript.parse(JSON.parse(transcript));
  assert.deepEqual(
    exchanges.filter(({ step }) => step === "stop-async").map(({ status }) => status),
    [504, 200],
  );
  assert.equal(questions["uploaded-after-backup"].observed, "first: no 31 followed the 32");
  assert.equal(questions["channel-spelling"].observed?.includes('"_" is written "_"'), true);
});

test("nothing is sent when the transcript could not be written", async (t) => {
  const { emulator, live } = await setUp(t);
  const { code, text } = await live(["--yes", "--output", "/nowhere/transcript.json"]);
  assert.equal(code, 1);
  assert.match(text, /^Cannot write the transcript/m);
  assert.equal(emulator.calls.length, 0);
});

test("an interrupted run stops what it records", async (t) => {
  const { emulator, live } = await setUp(t);
  const recording = emulator.whenCalled("start", { nth: 2 });
  const { code, text } = await live(["--yes", "--seconds", "1200", "--page", PLANTED.page], recording);
  assert.equal(code, 1);
  assert.match(text, /^Interrupted$/m);
  const stops = emulator.calls.filter(({ endpoint }) => endpoint === "stop");
  assert.deepEqual(
    stops.map(({ status }) => status),
    [200, 400],
  );
});

function idsOf({ calls }: Emulator): string[] {
  return calls.flatMap(({ sid }) => (sid === null ? [] : [sid]));
}

function assertHoldsNone(text: string, planted: string[]): void {
  assert.deepEqual(
    planted.filter((value) => text.includes(value)),
    [],
  );
}
