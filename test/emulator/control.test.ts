import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { fetch } from "undici";

import type { Emulator } from "../../src/emulator/emulator.ts";
import { scenarios } from "../../src/emulator/scenarios.ts";
import { emulate, stop } from "./caller.ts";

async function ask(emulator: Emulator, method: string, { path, body }: { path: string; body?: unknown }) {
  const response = await fetch(`${emulator.url}/emulator/${path}`, {
    method,
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const parsed: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, body: parsed };
}

describe("the control API", () => {
  test("names the scenarios", async (t) => {
    const emulator = await emulate(t);
    const answer = await ask(emulator, "GET", { path: "scenarios" });
    assert.deepEqual(answer, { status: 200, body: Object.keys(scenarios) });
  });

  test("plans what the next recording of a channel plays, and no other", async (t) => {
    const emulator = await emulate(t);
    const plan = { cname: "lobby", scenario: "rate-limited" };
    assert.equal((await ask(emulator, "POST", { path: "scenarios", body: plan })).status, 204);
    const hall = await emulator.record({ cname: "hall" });
    const [planned, next] = [await emulator.record({ cname: "lobby" }), await emulator.record({ cname: "lobby" })];
    assert.equal((await stop(emulator, hall)).status, 200);
    assert.equal((await stop(emulator, planned)).status, 429);
    assert.equal((await stop(emulator, next)).status, 200);
  });

  for (const body of [
    { cname: "lobby", scenario: "unheard-of" },
    { cname: "lobby", scenario: "toString" },
    { scenario: "plain" },
    { cname: "", scenario: "plain" },
    "no JSON",
  ]) {
    test(`refuses to plan ${JSON.stringify(body)}`, async (t) => {
      const emulator = await emulate(t);
      assert.equal((await ask(emulator, "POST", { path: "scenarios", body })).status, 400);
    });
  }

  test("gives the calls so far, and is not among them", async (t) => {
    const emulator = await emulate(t);
    const recorded = await emulator.record();
    await stop(emulator, recorded);
    const { body } = await ask(emulator, "GET", { path: "calls" });
    assert.deepEqual(body, emulator.calls);
    assert.equal(emulator.calls.length, 3);
  });

  test("lets a held answer go", async (t) => {
    const emulator = await emulate(t);
    const held = stop(emulator, await emulator.record({ scenario: "held" }));
    await emulator.whenCalled("stop");
    assert.equal((await ask(emulator, "POST", { path: "release" })).status, 204);
    assert.equal((await held).status, 200);
  });

  test("knows no other method and path, and is not limited", async (t) => {
    const emulator = await emulate(t, { rateLimit: { perSecond: 0, window: "fixed" } });
    assert.equal((await ask(emulator, "DELETE", { path: "calls" })).status, 404);
    assert.equal((await ask(emulator, "GET", { path: "secrets" })).status, 404);
    assert.equal((await ask(emulator, "GET", { path: "calls" })).status, 200);
  });
});
