import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { describe, mock, test } from "node:test";

import {
  abandoned,
  agoraAt,
  agoraOf,
  type Handler,
  json,
  listen,
  queryOptions,
  RECORDING,
  stopOptions,
} from "./literal-server.ts";

const PATH = "/v1/apps/app%2F1/cloud_recording/resourceid/resource%2B2/sid/38f8e3cfdc474cd56fc1ceba380d7e1a/mode/mix";
const ANSWER = { sid: RECORDING.sid, serverResponse: { fileList: "a.m3u8", uploadingStatus: "uploaded" } };

describe("createAgora()", () => {
  for (const { method, flag } of [
    { method: "async", flag: true },
    { method: "sync", flag: false },
  ] as const) {
    test(`a ${method} stop is the request that Agora documents`, async (t) => {
      const seen: unknown[] = [];
      const agora = await agoraAt(t, async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk);
        seen.push({
          line: `${request.method} ${request.url}`,
          authorization: request.headers.authorization,
          type: request.headers["content-type"],
          body: JSON.parse(Buffer.concat(chunks).toString()),
        });
        json(200, ANSWER)(request, response);
      });

      await agora.stop(RECORDING, { ...stopOptions, method });
      assert.deepEqual(seen, [
        {
          line: `POST ${PATH}/stop`,
          authorization: "Basic aWQ6Z2VoZWlt",
          type: "application/json;charset=utf-8",
          body: { cname: "httpClient463224", uid: "527841", clientRequest: { async_stop: flag } },
        },
      ]);
    });
  }

  test("a stop gives Agora's answer with its request id", async (t) => {
    const agora = await agoraAt(t, json(200, ANSWER, { "x-request-id": "b0a1-77" }));
    assert.deepEqual(await agora.stop(RECORDING, stopOptions), {
      verdict: { kind: "accepted", answer: { files: [{ name: "a.m3u8" }], uploadingStatus: "uploaded" } },
      status: 200,
      code: null,
      requestId: "b0a1-77",
      summary: "Agora answered 200: the recording stops",
    });
  });

  test("a request id that could be anything else is dropped", async (t) => {
    const agora = await agoraAt(t, json(200, ANSWER, { "x-request-id": "a <b> c" }));
    assert.equal("requestId" in (await agora.stop(RECORDING, stopOptions)), false);
  });

  test("a query is a GET without a body", async (t) => {
    const lines: string[] = [];
    const agora = await agoraAt(t, (request, response) => {
      lines.push(`${request.method} ${request.url} ${request.headers["content-length"] ?? "without length"}`);
      json(200, { serverResponse: { status: 5, fileList: "a.m3u8" } })(request, response);
    });
    const reply = await agora.query(RECORDING, queryOptions);
    assert.deepEqual(lines, [`GET ${PATH}/query without length`]);
    assert.deepEqual(reply?.verdict, {
      kind: "known",
      answer: { files: [{ name: "a.m3u8" }], uploadingStatus: null, status: 5 },
    });
  });

  test("the host counts through the base URLs and starts again", async (t) => {
    const hosts: string[] = [];
    const count =
      (name: string): Handler =>
      (request, response) => {
        hosts.push(name);
        json(200, ANSWER)(request, response);
      };
    const agora = agoraOf([
      await listen(t, createServer(count("first"))),
      await listen(t, createServer(count("second"))),
    ]);
    for (const host of [0, 1, 2]) await agora.stop(RECORDING, { ...stopOptions, host });
    assert.deepEqual(hosts, ["first", "second", "first"]);
  });
});

describe("createAgora(), when the wire fails", () => {
  test("connection refused: unclear, and Agora cannot have got the request", async () => {
    const agora = agoraOf([await abandoned()]);
    assert.deepEqual(await agora.stop(RECORDING, stopOptions), {
      verdict: { kind: "unclear", reached: false },
      status: null,
      code: null,
      summary: "Agora cannot be reached",
    });
    assert.deepEqual((await agora.query(RECORDING, queryOptions))?.verdict, { kind: "unknown" });
  });

  test("no such name: unclear, and Agora cannot have got it", async () => {
    const { verdict } = await agoraOf(["http://agora.invalid"]).stop(RECORDING, stopOptions);
    assert.deepEqual(verdict, { kind: "unclear", reached: false });
  });

  test("a reset before the answer: unclear, and Agora may have got it", async (t) => {
    const agora = await agoraAt(t, (request) => request.socket.destroy());
    const { verdict, summary } = await agora.stop(RECORDING, stopOptions);
    assert.deepEqual(verdict, { kind: "unclear", reached: true });
    assert.equal(summary, "The connection to Agora broke before an answer");
  });

  test("silence, and a body that never ends, end at the time limit", { timeout: 20_000 }, async (t) => {
    const silent = await agoraAt(t, () => {});
    const endless = await agoraAt(t, (_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("{");
    });
    for (const reply of await Promise.all([silent, endless].map((agora) => agora.query(RECORDING, queryOptions)))) {
      assert.deepEqual(reply, {
        verdict: { kind: "unknown" },
        status: null,
        code: null,
        summary: "Agora gave no answer within 5 s",
      });
    }
  });

  test("a body of more than 1 MiB is not an answer", async (t) => {
    const agora = await agoraAt(t, json(200, { ...ANSWER, padding: "x".repeat(1024 * 1024) }));
    const { verdict, status } = await agora.stop(RECORDING, stopOptions);
    assert.deepEqual({ verdict, status }, { verdict: { kind: "unclear", reached: true }, status: 200 });
  });

  test("an answer that is no HTTP is unclear", async (t) => {
    const server = createTcpServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", () => socket.end("hello\r\n\r\n"));
    });
    const agora = agoraOf([await listen(t, server)]);
    assert.deepEqual((await agora.stop(RECORDING, stopOptions)).verdict, { kind: "unclear", reached: true });
  });

  test("the caller's abort is the caller's reason, not a verdict", async (t) => {
    const caller = new AbortController();
    const reason = new Error("the worker shuts down");
    const agora = await agoraAt(t, () => caller.abort(reason));
    await assert.rejects(agora.stop(RECORDING, { ...stopOptions, signal: caller.signal }), reason);
  });

  test("the caller's abort in the middle of a body is the caller's reason", async (t) => {
    const caller = new AbortController();
    const reason = new Error("the worker shuts down");
    const agora = await agoraAt(t, (_request, response) => {
      response.writeHead(200, { "content-length": "100" }).write("{", () => setImmediate(() => caller.abort(reason)));
    });
    await assert.rejects(agora.stop(RECORDING, { ...stopOptions, signal: caller.signal }), reason);
  });

  test("no failure reveals the secret, the URL or Agora's words", async (t) => {
    const agora = await agoraAt(t, json(500, { code: 15, reason: "Basic aWQ6Z2VoZWlt at /v1/apps" }));
    const { summary } = await agora.stop(RECORDING, stopOptions);
    assert.equal(summary, "Agora answered 500, code 15: the service is failing");
  });
});

describe("createAgora(), at the rate limit", () => {
  test("a query gives up while Agora's Retry-After runs", async (t) => {
    const agora = await agoraAt(t, json(429, { message: "API rate limit exceeded" }, { "retry-after": "30" }));
    const { verdict } = await agora.stop(RECORDING, stopOptions);
    assert.deepEqual(verdict, { kind: "throttled", retryAfterMs: 30_000 });
    assert.equal(await agora.query(RECORDING, queryOptions), undefined);
  });

  test("a stop without a permit after 45 s is throttled, unsent, before its activity times out", async (t) => {
    const arrivals: string[] = [];
    const agora = await agoraAt(t, (request, response) => {
      arrivals.push(request.url ?? "");
      json(429, {}, { "retry-after": "60" })(request, response);
    });
    await agora.stop(RECORDING, stopOptions);
    mock.timers.enable({ apis: ["setTimeout"] });
    const stopped = agora.stop(RECORDING, stopOptions);
    mock.timers.tick(45_000);
    mock.timers.reset();
    const { verdict, status } = await stopped;
    assert.deepEqual({ verdict, status }, { verdict: { kind: "throttled" }, status: null });
    assert.equal(arrivals.length, 1);
  });

  test("a stop that waits for its permit leaves with its signal", async (t) => {
    const agora = await agoraAt(t, json(429, {}, { "retry-after": "30" }));
    await agora.stop(RECORDING, stopOptions);
    const caller = new AbortController();
    const stopped = agora.stop(RECORDING, { ...stopOptions, signal: caller.signal });
    caller.abort(new Error("enough"));
    await assert.rejects(stopped, /enough/);
  });
});
