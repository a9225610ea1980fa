import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import process from "node:process";
import { describe, test } from "node:test";

import { fetch } from "undici";

import { runCommand } from "../../../src/cli/program.ts";

/** Runs `tailslate emulate` until its first output; `end` is the signal that a terminal's Ctrl-C sends. */
async function emulate(args: string[], env: Record<string, string> = {}) {
  const signals = new EventEmitter();
  const said = Promise.withResolvers<string>();
  const stream = { write: (text: string) => said.resolve(text) };
  const exitCode = runCommand(["emulate", ...args], {
    env,
    versions: process.versions,
    uptime: () => 0,
    stdin: Readable.from([]),
    stdout: stream,
    stderr: stream,
    once: (signal, listener) => signals.once(signal, listener),
  });
  return { said: await said.promise, exitCode, end: () => signals.emit("SIGINT") };
}

describe("tailslate emulate", () => {
  test("prints its address, answers there as Agora does, and ends at Ctrl-C", async () => {
    const { said, exitCode, end } = await emulate(["--port", "0", "--requests-per-second", "1"]);
    const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? [];
    assert.match(said, /AGORA_CUSTOMER_ID=emulator AGORA_CUSTOMER_SECRET=emulator/);

    const acquire = async () => {
      const response = await fetch(`${url}/v1/apps/app/cloud_recording/acquire`, {
        method: "POST",
        headers: { authorization: `Basic ${btoa("emulator:emulator")}` },
        body: JSON.stringify({ cname: "lobby", uid: "1", clientRequest: {} }),
      });
      await response.text();
      return response.status;
    };
    const answers = await Promise.all([acquire(), acquire()]);
    assert.deepEqual(new Set(answers), new Set([200, 429]));
    const calls = await fetch(`${url}/emulator/calls`);
    assert.match(await calls.text(), /"acquire"/);

    end();
    assert.equal(await exitCode, 0);
    await assert.rejects(fetch(url), TypeError);
  });

  test("takes the account of the configuration, and does not say its secret", async () => {
    const env = { AGORA_CUSTOMER_ID: "known-id", AGORA_CUSTOMER_SECRET: "known-secret" };
    const { said, exitCode, end } = await emulate(["--port", "0"], env);
    assert.doesNotMatch(said, /known|CUSTOMER/);
    end();
    assert.equal(await exitCode, 0);
  });

  for (const { args, says, code } of [
    { args: ["--store", "attic"], says: /^Cannot emulate Agora: the configuration has no store "attic"/, code: 2 },
    { args: ["--window", "round"], says: /round/, code: 2 },
    { args: ["--requests-per-second", "0"], says: /above 0/, code: 2 },
  ]) {
    test(`refuses ${args.join(" ")} and ends with ${code}`, async () => {
      const { said, exitCode } = await emulate(args);
      assert.match(said, says);
      assert.equal(await exitCode, code);
    });
  }
});
