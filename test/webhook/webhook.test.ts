import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";

import { Client, Connection, defaultPayloadConverter, WorkflowNotFoundError } from "@temporalio/client";
import { fetch } from "undici";

import type { Recording } from "../../src/client.ts";
import type { AgoraNotification } from "../../src/contract/messages.ts";
import { workflowId } from "../../src/contract/names.ts";
import { startEmulator } from "../../src/emulator/emulator.ts";
import type { Scenario } from "../../src/emulator/scenarios.ts";
import { stop } from "../emulator/caller.ts";
import { type Harness, testHarness } from "../support/harness.ts";
import { startFinalizing, LATER, tolerateClosed, untilProgress } from "../support/situations.ts";
import { counted, halfOpen, notice, OLD_SECRET, post, postNotice, SECRET, sign, startWebhook } from "./caller.ts";

const harness = testHarness();

const ONCE_A_MINUTE = { initialInterval: "1m", backoffCoefficient: 1, maximumInterval: "1m" };
const PATIENT = { poll: { upload: ONCE_A_MINUTE, backup: ONCE_A_MINUTE, quiet: "30s" } };

/** A webhook, and the workflow of a recording that waits for a file that never comes. */
async function receive(t: TestContext, headersLimitMs?: number) {
  const env = await harness();
  const { recorded, recording } = await startFinalizing(env, { scenario: "lost" }, PATIENT);
  t.after(async () => tolerateClosed(recording.cancel()));
  return { env, recording, sid: recorded.sid, webhook: await startWebhook(t, env.client, headersLimitMs) };
}

/** What the workflow was signalled, from its history. */
async function heard({ client }: Harness, recording: Recording): Promise<AgoraNotification[]> {
  await recording.status(); // until then a signal may wait for the workflow's task to end, and be in no history
  const { events } = await client.workflow.getHandle(recording.workflowId).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal?.signalName === "agoraNotification"
      ? (signal.input?.payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload<AgoraNotification>(payload))
      : [],
  );
}

describe("the webhook signals", () => {
  test("a genuine notification to the workflow of its recording, as Agora sent it", async (t) => {
    const { env, recording, sid, webhook } = await receive(t);
    const details = { msgName: "uploaded", status: 0, fileList: [{ fileName: `${sid}_channel.m3u8`, uid: "0" }] };
    const answer = await postNotice(webhook, { noticeId: "n", eventType: 32, notifyMs: 5, sid, sequence: 7, details });
    assert.deepEqual(answer, [200, "signalled"]);
    const notification = { noticeId: "n", eventType: 32, notifyMs: 5, sid, sequence: 7, details };
    assert.deepEqual(await heard(env, recording), [notification]);
    assert.deepEqual(await counted(webhook), { signalled: 1 });
    assert.deepEqual(webhook.logged, []);
  });

  test("a notification signed with the older of two secrets while they rotate", async (t) => {
    const { sid, webhook } = await receive(t);
    const body = JSON.stringify(notice({ sid }));
    assert.deepEqual(await post(webhook, body, sign(body, OLD_SECRET)), [200, "signalled"]);
  });

  test("what the story wants to know and nothing else, in whatever order it comes", async (t) => {
    const { env, recording, sid, webhook } = await receive(t);
    for (const eventType of [1001, 71, 32, 31, 12, 1]) {
      assert.deepEqual(await postNotice(webhook, { eventType, sid }), [200, "signalled"]);
    }
    for (const eventType of [3, 4, 40, 41, 43, 90, 4711]) {
      assert.deepEqual(await postNotice(webhook, { eventType, sid }), [200, "ignored"]);
    }
    for (const [progress, result] of [
      [9999, "ignored"],
      [10_000, "signalled"],
    ] as const) {
      assert.deepEqual(await postNotice(webhook, { eventType: 33, sid, details: { progress } }), [200, result]);
    }
    const events = (await heard(env, recording)).map(({ eventType }) => eventType);
    assert.deepEqual(events, [1001, 71, 32, 31, 12, 1, 33]);
    assert.deepEqual(await counted(webhook), { signalled: 7, ignored: 8 });
  });

  test("once by noticeId: a resend has another time, and of copies that come together one is the first", async (t) => {
    const { env, recording, sid, webhook } = await receive(t);
    assert.deepEqual(await postNotice(webhook, { noticeId: "a", sid, notifyMs: 1 }), [200, "signalled"]);
    assert.deepEqual(await postNotice(webhook, { noticeId: "a", sid, notifyMs: 2 }), [200, "duplicate"]);
    const together = await Promise.all(
      [1, 2, 3].map(async (notifyMs) => postNotice(webhook, { noticeId: "b", sid, notifyMs })),
    );
    assert.deepEqual(together.map(([, result]) => result).toSorted(), ["duplicate", "duplicate", "signalled"]);
    assert.deepEqual(
      (await heard(env, recording)).map(({ noticeId }) => noticeId),
      ["a", "b"],
    );
    assert.deepEqual(await counted(webhook), { signalled: 2, duplicate: 3 });
  });

  test("no workflow that is not there, and starts none", async (t) => {
    const { env, webhook } = await receive(t);
    assert.deepEqual(await postNotice(webhook, { noticeId: "a", sid: "nobody" }), [200, "unclaimed"]);
    assert.deepEqual(await postNotice(webhook, { noticeId: "a", sid: "nobody" }), [200, "unclaimed"]);
    await assert.rejects(env.client.workflow.getHandle(workflowId("nobody")).describe(), WorkflowNotFoundError);
    assert.deepEqual(await counted(webhook), { unclaimed: 2 });
  });

  test("no workflow that has ended", async (t) => {
    const { recording, sid, webhook } = await receive(t);
    await recording.cancel();
    await recording.result();
    assert.deepEqual(await postNotice(webhook, { sid }), [200, "unclaimed"]);
  });

  test("no workflow for the console's health check, but a real channel of the same name", async (t) => {
    const { sid, webhook } = await receive(t);
    assert.deepEqual(await postNotice(webhook, { sid: "nobody", cname: "test" }), [200, "ignored"]);
    assert.deepEqual(await postNotice(webhook, { sid, cname: "test" }), [200, "signalled"]);
    assert.deepEqual(await post(webhook, JSON.stringify({ ...notice(), productId: 1 })), [200, "ignored"]);
  });
});

describe("the webhook refuses, and the genuine one beside it gets through:", () => {
  const genuine = JSON.stringify(notice({ sid: "nobody" }));
  const threeMegabytes = JSON.stringify(notice({ details: { fileList: "x".repeat(3_000_000) } }));
  const notUtf8 = Buffer.concat([Buffer.from('{"noticeId":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);

  const refused: [string, { body: string | Uint8Array; signature: string | null }, [number, string]][] = [
    ["a wrong signature", { body: genuine, signature: sign(genuine, "another secret") }, [401, "forged"]],
    ["a changed body", { body: genuine.replace("nobody", "noboby"), signature: sign(genuine) }, [401, "forged"]],
    ["the same JSON with other bytes", { body: `${genuine}\n`, signature: sign(genuine) }, [401, "forged"]],
    ["no signature", { body: genuine, signature: null }, [401, "forged"]],
    ["a signature of half the length", { body: genuine, signature: sign(genuine).slice(32) }, [401, "forged"]],
    ["3 MB of JSON, signed", { body: threeMegabytes, signature: sign(threeMegabytes) }, [413, "too_large"]],
    ["3 MB of JSON, unsigned", { body: threeMegabytes, signature: null }, [413, "too_large"]],
    ["invalid UTF-8, signed", { body: notUtf8, signature: sign(notUtf8) }, [400, "malformed"]],
    ["invalid UTF-8, unsigned", { body: notUtf8, signature: null }, [401, "forged"]],
    ["what is no JSON, signed", { body: "notice=1", signature: sign("notice=1") }, [400, "malformed"]],
    ["nothing at all, signed", { body: "", signature: sign("") }, [400, "malformed"]],
  ];
  for (const [name, { body, signature }, answer] of refused) {
    test(name, async (t) => {
      const { env, recording, sid, webhook } = await receive(t);
      const forOurs = typeof body === "string" && signature === null ? body.replaceAll("nobody", sid) : body;
      const [first, second] = await Promise.all([post(webhook, forOurs, signature), postNotice(webhook, { sid })]);
      assert.deepEqual({ first, second }, { first: answer, second: [200, "signalled"] });
      assert.equal((await heard(env, recording)).length, 1);
      assert.deepEqual(await counted(webhook), { [answer[1]]: 1, signalled: 1 });
      assert.deepEqual(webhook.logged, []);
    });
  }

  test("a body without a length that does not end", async (t) => {
    const { sid, webhook } = await receive(t);
    const body = new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536)) });
    const sent = fetch(`${webhook.url}/notifications`, { method: "POST", body, duplex: "half" });
    // The refusal comes while the body still goes out, so a client may miss it.
    assert.equal(await sent.then(({ status }) => status).catch(() => 413), 413);
    assert.deepEqual(await postNotice(webhook, { sid }), [200, "signalled"]);
    assert.deepEqual(await counted(webhook), { too_large: 1, signalled: 1 });
  });

  test("sixty connections that are half open, and cuts them off", async (t) => {
    const { sid, webhook } = await receive(t, 500);
    const head = "POST /notifications HTTP/1.1\r\nHost: localhost\r\n";
    const texts = ["", head, `${head}Content-Length: 100\r\n\r\n{`];
    const opened = await Promise.all(
      Array.from({ length: 60 }, (_, index) => halfOpen(webhook, texts[index % 3] ?? "")),
    );
    assert.deepEqual(await postNotice(webhook, { sid }), [200, "signalled"]);
    await Promise.all(opened.map(({ ended }) => ended));
    assert.deepEqual(await postNotice(webhook, { sid }), [200, "signalled"]);
    assert.deepEqual(await counted(webhook), { malformed: 20, signalled: 2 });
  });
});

describe("without Temporal the webhook", () => {
  test("asks Agora to send again, says so once, and is alive but not ready", async (t) => {
    const connection = Connection.lazy({ address: "127.0.0.1:1" });
    t.after(() => connection.close());
    const webhook = await startWebhook(t, new Client({ connection }));
    const details = { errorMsg: "foreign words" };
    assert.deepEqual(await postNotice(webhook, { sid: "abc", details }), [503, "failed"]);
    assert.deepEqual(webhook.logged, [
      'Cannot signal "recording-abc": Temporal did not take it, and Agora is asked to send it again',
    ]);
    assert.deepEqual(await counted(webhook), { failed: 1 });
    assert.equal((await fetch(`${webhook.url}/livez`)).status, 200);
    assert.equal((await fetch(`${webhook.url}/readyz`)).status, 503);
  });

  test("does not take a namespace that is missing for a workflow that is missing", async (t) => {
    const { address } = await harness();
    const connection = Connection.lazy({ address });
    t.after(() => connection.close());
    const webhook = await startWebhook(t, new Client({ connection, namespace: "nowhere" }));
    assert.deepEqual(await postNotice(webhook, {}), [503, "failed"]);
  });
});

describe("beside notifications the webhook", () => {
  test("serves its health and its counters, and no other path or method", async (t) => {
    const { webhook } = await receive(t);
    const ask = async (path: string, method = "GET") => fetch(webhook.url + path, { method });
    assert.deepEqual(
      await Promise.all(
        ["/livez", "/readyz", "/metrics", "/", "/notifications/"].map(async (path) => (await ask(path)).status),
      ),
      [200, 200, 200, 404, 404],
    );
    const wrong = await ask("/notifications");
    assert.equal(wrong.status, 405);
    assert.equal(wrong.headers.get("allow"), "POST");
    assert.equal((await ask("/metrics", "POST")).status, 405);
    const metrics = await ask("/metrics");
    assert.match(metrics.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    assert.match(await metrics.text(), /^# TYPE tailslate_notifications_total counter\n/m);
  });

  test("is not built without a secret: anyone could sign with an empty one", async () => {
    const { client } = await harness();
    const { createWebhook } = await import("../../src/webhook/webhook.ts");
    assert.throws(() => createWebhook({ secrets: () => [""], client, log: () => undefined }), /the secret is empty/);
  });
});

describe("from the emulator through the webhook to the manifest", () => {
  for (const [name, knobs] of [
    ["in Agora's order", {}],
    ["turned round and doubled", { reversed: true, twice: true }],
  ] as const) {
    test(`notifications ${name} end a wait that would look but once a minute`, async (t) => {
      const env = await harness();
      const webhook = await startWebhook(t, env.client);
      const account = { customerId: "customer", customerSecret: "geheim" };
      const notify = { url: `${webhook.url}/notifications`, secret: SECRET };
      const emulator = await startEmulator({ ...account, bucket: env.bucket, notify });
      t.after(() => emulator.close());
      const notifications = { lost: [], reversed: false, twice: false, forged: false, ...knobs };
      const recorded = await emulator.record({ scenario: { notifications } });

      const recording = await env.recordings.finalize(env.input(recorded, { ...PATIENT, stop: { method: "none" } }));
      await untilProgress(recording, ({ nextLookAt }) => nextLookAt !== null);
      await stop(emulator, recorded);
      const { outcome, expectedFrom } = await recording.result();
      assert.deepEqual({ outcome, expectedFrom }, { outcome: "verified", expectedFrom: "agora" });
      assert.ok(emulator.deliveries.every(({ status }) => status === 200));
    });
  }

  test("a forger is answered 401 each time, and the workflow hears nothing", async (t) => {
    const env = await harness();
    const webhook = await startWebhook(t, env.client);
    const notify = { url: `${webhook.url}/notifications`, secret: SECRET };
    const emulator = await startEmulator({ customerId: "customer", customerSecret: "geheim", notify });
    t.after(() => emulator.close());
    const scenario: Partial<Scenario> = {
      notifications: { lost: [33, 31], reversed: false, twice: false, forged: true },
    };
    const recorded = await emulator.record({ scenario });
    const recording = await env.recordings.finalize(env.input(recorded, { stop: { at: LATER } }));
    t.after(() => recording.cancel());
    await stop(emulator, recorded);
    await emulator.whenNotified(recorded.sid);
    assert.deepEqual(
      emulator.deliveries.map(({ status }) => status),
      [401, 401, 401, 401],
    );
    assert.deepEqual(await heard(env, recording), []);
  });
});
