/** Signals from any SDK, the UI or the command line: whatever their body is, no workflow task may fail. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { testHarness } from "../support/harness.ts";
import { LATER, startFinalizing, untilProgress } from "../support/situations.ts";

const harness = testHarness();

/** The arguments of a signal, as other clients send them. */
const BODIES: { name: string; args: unknown[] }[] = [
  { name: "nothing", args: [] },
  { name: "null", args: [null] },
  { name: "a text", args: ["a reason"] },
  { name: "a number", args: [7] },
  { name: "a list", args: [[]] },
  { name: "a number as the reason", args: [{ reason: 7 }] },
  { name: "several arguments", args: [{ reason: "one" }, "two"] },
];

describe("a signal acts whatever its body", () => {
  for (const { name, args } of BODIES) {
    test(`forceStop with ${name}`, async () => {
      const env = await harness();
      const { recording } = await startFinalizing(env, {}, { stop: { at: LATER } });
      await env.client.workflow.getHandle(recording.workflowId).signal("forceStop", ...args);
      assert.partialDeepStrictEqual(await recording.result(), { outcome: "verified", forced: true });
    });

    test(`cancel with ${name}`, async () => {
      const env = await harness();
      const { recording } = await startFinalizing(env, {}, { stop: { at: LATER } });
      await env.client.workflow.getHandle(recording.workflowId).signal("cancel", ...args);
      assert.partialDeepStrictEqual(await recording.result(), { outcome: "cancelled", stop: { status: "not-sent" } });
    });
  }
});

test("notifications that cannot be read are counted, and change nothing", async () => {
  const env = await harness();
  const { recording } = await startFinalizing(env, {}, { stop: { at: LATER } });
  const handle = env.client.workflow.getHandle(recording.workflowId);
  const unreadable = [
    ...BODIES.map(({ args }) => args),
    [{ eventType: 31 }],
    [{ noticeId: "a" }],
    [{ noticeId: 1, eventType: 31 }],
    [{ noticeId: "b", eventType: "31" }],
    [{ noticeId: "b".repeat(100_000), eventType: 31 }],
  ];
  for (const args of unreadable) await handle.signal("agoraNotification", ...args);
  // Readable, with nothing in it that is of use.
  for (const details of [null, undefined, "text", 7, []])
    await handle.signal("agoraNotification", { noticeId: String(details), eventType: 33, details });
  await untilProgress(recording, ({ phase }) => phase === "scheduled");
  assert.partialDeepStrictEqual(await recording.status(), {
    phase: "scheduled",
    unreadableNotifications: unreadable.length,
  });
  await recording.forceStop();
  assert.equal((await recording.result()).outcome, "verified");
  const manifest = await recording.manifest();
  const told = manifest?.timeline.filter(({ kind }) => kind === "notification-unreadable");
  assert.equal(told?.length, 1);
});

test("a long reason is cut", async () => {
  const env = await harness();
  const { recording } = await startFinalizing(env, {}, { stop: { at: LATER } });
  await recording.forceStop("x".repeat(100_000));
  await recording.result();
  const manifest = await recording.manifest();
  const forced = manifest?.timeline.find(({ kind }) => kind === "force-stop-requested");
  assert.ok(forced && forced.what.length < 1000);
});

test("the result of a cancelled recording names 20 problems, and counts all", async () => {
  const env = await harness();
  const { recording } = await startFinalizing(env, {}, { stop: { at: LATER } });
  const handle = env.client.workflow.getHandle(recording.workflowId);
  for (let code = 1; code <= 25; code += 1) {
    const details = { module: 1, errorLevel: 5, errorCode: code };
    await handle.signal("agoraNotification", { noticeId: `n${code}`, eventType: 1, details });
  }
  await recording.cancel();
  const { outcome, problems, problemCount } = await recording.result();
  assert.deepEqual(
    { outcome, named: problems.length, problemCount },
    { outcome: "cancelled", named: 20, problemCount: 25 },
  );
});
