/** A store that fails while a recording waits for its files: what an operator sees, and that the wait goes on. */
import assert from "node:assert/strict";
import type { ServerResponse } from "node:http";
import { describe, test } from "node:test";

import { testHarness } from "../support/harness.ts";
import { startFinalizing, untilDescribed } from "../support/situations.ts";

const harness = testHarness();

/** Stands in everything that the store says and that no history may hold. */
const PLANTED = "planted-in-the-store";

describe("finalizeRecording() waits while the store", () => {
  for (const { what, reply, says } of [
    { what: "refuses us", reply: answer(403, error("AccessDenied")), says: "answered 403 AccessDenied" },
    { what: "has no such bucket", reply: answer(404, error("NoSuchBucket")), says: "answered 404 NoSuchBucket" },
    { what: "is overloaded", reply: answer(503, error("SlowDown")), says: "answered 503 SlowDown" },
    { what: "shows a page for people", reply: answer(200, `<html>${PLANTED}</html>`), says: "is not a listing" },
    { what: "closes the connection", reply: (outgoing: ServerResponse) => outgoing.destroy(), says: "no answer" },
    { what: "breaks off", reply: breakOff, says: "broke off|ended after" },
  ]) {
    test(`${what}, says so in our words, and verifies once it is well`, { timeout: 60_000 }, async () => {
      const env = await harness();
      const mend = env.gate.answer(reply);
      const { recording } = await startFinalizing(env, { scenario: "plain" });
      const said = new RegExp(`^Cannot list bucket "[^"]+": .*(${says})`);
      await untilDescribed(env, recording, ({ raw }) =>
        (raw.pendingActivities ?? []).some(({ lastFailure }) => said.test(lastFailure?.message ?? "")),
      );
      mend();
      assert.equal((await recording.result()).outcome, "verified");

      const history = textOf(await env.client.workflow.getHandle(recording.workflowId).fetchHistory());
      assert.match(history, /Cannot list bucket/);
      assert.doesNotMatch(history, new RegExp(PLANTED));
    });
  }
});

function answer(status: number, body: string) {
  return (outgoing: ServerResponse) => void outgoing.writeHead(status, { "x-amz-id-2": PLANTED }).end(body);
}

function breakOff(outgoing: ServerResponse) {
  outgoing.writeHead(200, { "content-length": "9999" });
  outgoing.write(`<ListBucketResult>${PLANTED}`, () => outgoing.destroy());
}

function error(code: string) {
  return `<Error><Code>${code}</Code><Message>${PLANTED}</Message><AWSAccessKeyId>${PLANTED}</AWSAccessKeyId></Error>`;
}

/** Every text in it, those in payloads too. */
function textOf(value: unknown): string {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (typeof value === "object" && value !== null) return Object.values(value).map(textOf).join("\n");
  return String(value);
}
