import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { emulate, query, send, stop, stopBody } from "./caller.ts";

const EXITING = { status: 400, body: { code: 49, reason: "invalid operation" } };

describe("a script of answers", () => {
  test("reset: the answer is lost, the stop took effect", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "answer-lost" });
    await assert.rejects(stop(emulator, recorded), TypeError);
    assert.equal(emulator.calls.at(-1)?.status, null);
    assert.deepEqual(await stop(emulator, recorded), EXITING);
  });

  test("reset-unhandled: the stop had no effect", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "connection-refused" });
    await assert.rejects(stop(emulator, recorded), TypeError);
    assert.equal((await stop(emulator, recorded)).status, 200);
  });

  test("hang: no answer until the emulator closes, the stop took effect", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "hanging" });
    const hanging = assert.rejects(stop(emulator, recorded), TypeError);
    await emulator.whenCalled("stop");
    assert.deepEqual(await stop(emulator, recorded), EXITING);
    await emulator.close();
    await hanging;
  });

  test("hold: the stop took effect, its answer comes with release()", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "held" });
    const held = stop(emulator, recorded);
    const call = await emulator.whenCalled("stop", { sid: recorded.sid });
    assert.deepEqual(await stop(emulator, recorded), EXITING);
    assert.equal(call.status, null);
    emulator.release();
    assert.equal((await held).status, 200);
    assert.equal(call.status, 200);
  });

  test("a fixed answer has no effect on the session unless it says so", async (t) => {
    const emulator = await emulate(t);
    const busy = { status: 503, body: { message: "busy" } };
    const recorded = await emulator.record({ scenario: { stop: [busy, { ...busy, handled: true }], query: [busy] } });
    assert.deepEqual(await query(emulator, recorded), busy);
    assert.equal((await query(emulator, recorded)).status, 200);
    assert.deepEqual(await stop(emulator, recorded), busy);
    assert.equal((await query(emulator, recorded)).status, 200);
    assert.deepEqual(await stop(emulator, recorded), busy);
    assert.equal((await query(emulator, recorded)).status, 404);
  });

  test("is not consumed by a request without credentials", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record({ scenario: "rate-limited" });
    const path = `/v1/apps/${recorded.appId}/cloud_recording/resourceid/${recorded.resourceId}/sid/${recorded.sid}/mode/mix/stop`;
    assert.equal((await send(emulator, { path, body: stopBody(recorded, true), authorization: "" })).status, 401);
    assert.equal((await stop(emulator, recorded)).status, 429);
    assert.equal((await stop(emulator, recorded)).status, 200);
  });
});

describe("the log of calls", () => {
  test("whenCalled() waits for the nth request of a sid and gives its body", async (t) => {
    const emulator = await emulate(t);
    const [recorded, other] = [await emulator.record(), await emulator.record()];
    const second = emulator.whenCalled("stop", { sid: recorded.sid, nth: 2 });
    await stop(emulator, other);
    await stop(emulator, recorded);
    await stop(emulator, recorded);
    const call = await second;
    assert.equal(call.sid, recorded.sid);
    assert.equal(call.status, 400);
    assert.deepEqual(call.body, stopBody(recorded, true));
    assert.deepEqual(
      emulator.calls.map(({ endpoint }) => endpoint),
      ["acquire", "start", "acquire", "start", "stop", "stop", "stop"],
    );
  });

  test("plan() goes to the next recording of the channel and to no other", async (t) => {
    const emulator = await emulate(t);
    emulator.plan("lobby", "gone");
    const recorded = await emulator.record({ cname: "hall" });
    assert.equal((await stop(emulator, recorded)).status, 200);
  });
});
