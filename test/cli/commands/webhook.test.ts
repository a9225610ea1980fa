import assert from "node:assert/strict";
import process from "node:process";
import { describe, test, type TestContext } from "node:test";

import { fetch } from "undici";

import { runtimeName } from "../../../src/process/runtime.ts";
import { testServers } from "../../support/servers.ts";
import { startCommand } from "../../support/worker-process.ts";
import { halfOpen, notice, post, postNotice, SECRET, sign } from "../../webhook/caller.ts";

const servers = testServers();

async function startWebhookProcess(t: TestContext) {
  const { address, namespace } = (await servers()).temporal;
  const env = { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: namespace, AGORA_NCS_SECRET: SECRET };
  const webhook = startCommand(t, { args: ["webhook", "--port", "0", "--hostname", "127.0.0.1"], env });
  const line = await webhook.ready;
  const [, url = ""] = /(http:\S+)\/notifications\n$/.exec(line) ?? [];
  return { webhook, url, line, namespace };
}

describe("tailslate webhook", () => {
  test("says in one line that it is ready, serves, and says no more, the secret least of all", async (t) => {
    const { webhook, url, line, namespace } = await startWebhookProcess(t);
    assert.equal(
      line,
      `tailslate webhook ready: ${runtimeName(process.versions)}, namespace ${namespace}, ${url}/notifications\n`,
    );
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    assert.deepEqual(await postNotice({ url }, {}), [200, "unclaimed"]);
    assert.deepEqual(await post({ url }, "{", "forged"), [401, "forged"]);
    webhook.terminate();
    assert.equal(await webhook.ended, 0);
    assert.equal(webhook.output(), line);
  });

  test("answers on SIGTERM what has come, takes nothing more, and ends with 0", async (t) => {
    const { webhook, url } = await startWebhookProcess(t);
    const body = JSON.stringify(notice());
    const head = `POST /notifications HTTP/1.1\r\nHost: localhost\r\nAgora-Signature-V2: ${sign(body)}\r\n`;
    const { socket, ended } = await halfOpen(
      { url },
      `${head}Content-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`,
    );
    let answer = "";
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    assert.equal((await fetch(`${url}/livez`)).status, 200); // connections are taken in their order
    webhook.terminate();
    while (
      await fetch(`${url}/livez`)
        .then(async (response) => response.text())
        .catch(() => undefined)
    );
    socket.write(body.slice(9));
    await ended;
    assert.match(answer, /^HTTP\/1\.1 200 [^]*\{"result":"unclaimed"\}/);
    assert.equal(await webhook.ended, 0);
  });

  for (const [name, { args, env }, code, line] of [
    [
      "without a secret",
      { args: [], env: {} },
      2,
      /^Cannot run the webhook: it has no secret to verify notifications with, [^\n]+\n$/,
    ],
    [
      "with a configuration that is not there",
      { args: [], env: { TAILSLATE_CONFIG: "/nowhere/tailslate.config.json" } },
      2,
      /^Cannot use the configuration from [^\n]+\n$/,
    ],
    [
      "with a port that is not a number",
      { args: ["--port", "http"], env: { AGORA_NCS_SECRET: SECRET } },
      2,
      /^error: [^\n]+\n$/,
    ],
    [
      "with an address that is not ours",
      { args: ["--hostname", "192.0.2.1"], env: { AGORA_NCS_SECRET: SECRET } },
      2,
      /^Cannot listen on 192\.0\.2\.1, port 8080: [^\n]+\n$/,
    ],
  ] as const) {
    test(`does not start ${name}, and says why in one line`, async (t) => {
      const webhook = startCommand(t, { args: ["webhook", ...args], env });
      assert.equal(await webhook.ended, code);
      assert.equal(webhook.stdout(), "");
      assert.match(webhook.stderr(), line);
      assert.ok(!webhook.output().includes(SECRET));
    });
  }
});
