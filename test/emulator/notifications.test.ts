import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import { describe, test, type TestContext } from "node:test";
import { text } from "node:stream/consumers";

import { z } from "zod";

import { startEmulator } from "../../src/emulator/emulator.ts";
import type { RecordOptions } from "../../src/emulator/recording/record.ts";
import type { Scenario } from "../../src/emulator/scenarios.ts";
import { listen } from "../agora/literal-server.ts";
import { stop } from "./caller.ts";

const SECRET = "geheim";
const ACCOUNT = { customerId: "customer", customerSecret: "geheim" };

const Notification = z.object({
  noticeId: z.string(),
  productId: z.literal(3),
  eventType: z.number(),
  notifyMs: z.number(),
  payload: z.object({
    sid: z.string(),
    cname: z.string(),
    uid: z.string(),
    sequence: z.number(),
    details: z.record(z.string(), z.unknown()),
  }),
});
type Received = z.infer<typeof Notification> & { raw: string; sha1: unknown; sha256: unknown };

/** Records, stops, and gives what a receiver heard of it that answers with these statuses, then with 200. */
async function hear(t: TestContext, options: RecordOptions, statuses: number[] = []) {
  const received: Received[] = [];
  const answers = [...statuses];
  const receiver = createServer(async (request, response) => {
    const raw = await text(request);
    const { "agora-signature": sha1, "agora-signature-v2": sha256 } = request.headers;
    received.push({ ...Notification.parse(JSON.parse(raw)), raw, sha1, sha256 });
    response.writeHead(answers.shift() ?? 200, { "content-type": "application/json" }).end("{}");
  });
  const url = await listen(t, receiver);
  const emulator = await startEmulator({ ...ACCOUNT, notify: { url, secret: SECRET } });
  t.after(() => emulator.close());
  const recorded = await emulator.record(options);
  await stop(emulator, recorded);
  await emulator.whenNotified(recorded.sid);
  return { received, recorded, emulator, events: received.map(({ eventType }) => eventType) };
}

function knobs(notifications: Partial<Scenario["notifications"]>): RecordOptions {
  return { scenario: { notifications: { lost: [], reversed: false, twice: false, forged: false, ...notifications } } };
}

describe("the notifications, event-types/cloud-recording: of a session's end", () => {
  test("are not sent without a receiver", async (t) => {
    const emulator = await startEmulator(ACCOUNT);
    t.after(() => emulator.close());
    const recorded = await emulator.record();
    await stop(emulator, recorded);
    await emulator.whenNotified(recorded.sid);
    assert.deepEqual(emulator.deliveries, []);
  });

  test("report the exit, the progress and the files, in this order, and name the session", async (t) => {
    const { received, recorded, events, emulator } = await hear(t, { fileNamePrefix: ["a", "b"] });
    assert.deepEqual(events, [11, 33, 31]);
    for (const [sequence, { payload }] of received.entries()) {
      const { sid, cname, uid } = recorded;
      assert.partialDeepStrictEqual(payload, { sid, cname, uid, sequence });
    }
    assert.equal(received[1]?.payload.details["progress"], 10_000);
    const name = `a/b/${recorded.sid}_${recorded.cname}.m3u8`;
    assert.partialDeepStrictEqual(received[2]?.payload.details, {
      status: 0,
      fileList: [{ fileName: name, uid: "0" }],
    });
    assert.deepEqual(
      emulator.deliveries.map(({ eventType, status }) => [eventType, status]),
      [
        [11, 200],
        [33, 200],
        [31, 200],
      ],
    );
  });

  test("name a web page's files in 71 and not in 31", async (t) => {
    const { received, recorded, events } = await hear(t, { mode: "web" });
    assert.deepEqual(events, [71, 11, 33, 31]);
    const name = `${recorded.sid}_${recorded.cname}.m3u8`;
    assert.partialDeepStrictEqual(received[0]?.payload.details, { code: 0, fileList: [{ filename: name }] });
    assert.equal(received[3]?.payload.details["fileList"], undefined);
  });

  test("report the backup cloud instead of the upload", async (t) => {
    assert.deepEqual((await hear(t, { scenario: "backuped" })).events, [11, 33, 32]);
  });

  test("report no upload when nothing was recorded", async (t) => {
    assert.deepEqual((await hear(t, { scenario: "nothing-recorded" })).events, [11]);
  });
});

describe("the delivery, _notification_center_service and signature-verification", () => {
  test("signs the bytes that are sent, with SHA-1 and SHA-256", async (t) => {
    const { received } = await hear(t, {});
    for (const { raw, sha1, sha256 } of received) {
      assert.equal(sha1, createHmac("sha1", SECRET).update(raw).digest("hex"));
      assert.equal(sha256, createHmac("sha256", SECRET).update(raw).digest("hex"));
    }
  });

  test("sends again what was not answered with 200, by the same id", async (t) => {
    const { received, events } = await hear(t, knobs({ lost: [33] }), [500, 404]);
    assert.deepEqual(events, [11, 11, 11, 31]);
    assert.equal(new Set(received.map(({ noticeId }) => noticeId)).size, 2);
    assert.ok((received[2]?.notifyMs ?? 0) > (received[0]?.notifyMs ?? 0));
  });

  test("gives up after three further times, and goes on with the next", async (t) => {
    const { events } = await hear(t, knobs({ lost: [33] }), [500, 500, 500, 500]);
    assert.deepEqual(events, [11, 11, 11, 11, 31]);
  });
});

describe("a scenario", () => {
  test("turns the order round", async (t) => {
    assert.deepEqual((await hear(t, knobs({ reversed: true }))).events, [31, 33, 11]);
  });

  test("doubles each, by the same id", async (t) => {
    const { events, received } = await hear(t, knobs({ twice: true }));
    assert.deepEqual(events, [11, 11, 33, 33, 31, 31]);
    assert.equal(new Set(received.map(({ noticeId }) => noticeId)).size, 3);
  });

  test("signs with another secret", async (t) => {
    const { received } = await hear(t, knobs({ forged: true, lost: [11, 33] }));
    assert.equal(received.length, 1);
    assert.match(String(received[0]?.sha256), /^[0-9a-f]{64}$/);
    assert.notEqual(
      received[0]?.sha256,
      createHmac("sha256", SECRET)
        .update(received[0]?.raw ?? "")
        .digest("hex"),
    );
  });
});
