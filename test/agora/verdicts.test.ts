import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { type Handler, agoraAt, json, queryOptions, RECORDING, stopOptions } from "./literal-server.ts";

const STOPPED = { resourceId: "r", sid: "s", serverResponse: { fileList: "a.m3u8", uploadingStatus: "backuped" } };
const NO_FILES = { files: [], uploadingStatus: null };
const ACCEPTED = { kind: "accepted", answer: NO_FILES };
const A_FILE = { files: [{ name: "a.m3u8" }], uploadingStatus: "backuped" };
const unclear = { kind: "unclear", reached: true };

const rejectedCodes = [7, 8, 53, 109, 110, 1013, 1028];
const expiredCodes = [432, 433, 1001, 1003];

const STOPS: [string, Handler, object][] = [
  ["200 with a stop answer", json(200, STOPPED), { kind: "accepted", answer: A_FILE }],
  ["206 with a stop answer: its files went to the backup", json(206, STOPPED), { kind: "accepted", answer: A_FILE }],
  ["200 with a success code", json(200, { ...STOPPED, code: 200 }), { kind: "accepted", answer: A_FILE }],
  ["200 with sid and nothing else", json(200, { sid: "s" }), { kind: "accepted", answer: NO_FILES }],
  ["200 with a success code and a word of praise", json(200, { sid: "s", code: 200, message: "success" }), ACCEPTED],
  ["206 with code 206", json(206, { code: 206, reason: "?" }), ACCEPTED],
  ["206 with code 50", json(206, { code: 50 }), ACCEPTED],
  ["206 with an unknown code", json(206, { code: 4711, reason: "?" }), unclear],
  ["206 without a body", (_request, response) => void response.writeHead(206).end(), unclear],
  ["206/65", json(206, { code: 65, reason: "request not completed" }), unclear],
  ["206/435", json(206, { code: 435, reason: "no recorded data" }), { kind: "nothing-recorded" }],
  ["206/435 as a string", json(206, { code: "435" }), { kind: "nothing-recorded" }],
  ["400/2", json(400, { code: 2, reason: "bad uid" }), { kind: "rejected" }],
  ["400/49", json(400, { code: 49, reason: "invalid operation" }), { kind: "ending" }],
  ["400, App ID", json(400, { message: "appid is invalid" }), { kind: "rejected" }],
  ["400 with an undocumented code", json(400, { code: 4711 }), unclear],
  ["401", json(401, { message: "Unauthorized" }), { kind: "credentials" }],
  ["401, other words", json(401, { message: "Invalid authentication credentials" }), { kind: "credentials" }],
  ["403, which Agora does not document", json(403, {}), unclear],
  ["404 worker", json(404, { code: 404, reason: "failed to find worker" }), { kind: "missing" }],
  ["404 worker without code", json(404, { reason: "failed to find worker" }), { kind: "missing" }],
  ["404 route", json(404, { message: "no Route matched with those values" }), { kind: "rejected" }],
  ["404 of another server", (_request, response) => void response.writeHead(404).end("<h1>Not Found</h1>"), unclear],
  ["429", json(429, { message: "API rate limit exceeded" }), { kind: "throttled" }],
  ["429, Retry-After", json(429, {}, { "retry-after": "7" }), { kind: "throttled", retryAfterMs: 7000 }],
  [
    "429, Retry-After without end",
    json(429, {}, { "retry-after": "99999" }),
    { kind: "throttled", retryAfterMs: 60_000 },
  ],
  [
    "429, Retry-After in the past",
    json(429, {}, { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }),
    { kind: "throttled", retryAfterMs: 0 },
  ],
  ["429, Retry-After unreadable", json(429, {}, { "retry-after": "soon" }), { kind: "throttled" }],
  ["500", json(500, {}), unclear],
  ["500/15 without reason", json(500, { resourceId: "r", sid: "", code: 15 }), unclear],
  ["500 with a code for the caller's mistake is not final", json(500, { code: 432 }), unclear],
  ["502/62", json(502, { code: 62 }), unclear],
  ["503/62", json(503, { code: 62 }), unclear],
  ["504/62", json(504, { code: 62, reason: "request timeout" }), unclear],
  ["code 50 with 200", json(200, { code: 50, sid: "s" }), { kind: "accepted", answer: NO_FILES }],
  ["code 50 with 504", json(504, { code: 50 }), { kind: "accepted", answer: NO_FILES }],
  ["code 62 with 400", json(400, { code: 62 }), unclear],
  ["code 65 with 400", json(400, { code: 65 }), unclear],
  ["code 435 with 400", json(400, { code: 435 }), { kind: "nothing-recorded" }],
  ["code 501 with 400", json(400, { code: 501 }), { kind: "ending" }],
  ["code 501 with 500, which elsewhere means no worker to be had", json(500, { code: 501 }), unclear],
  ...rejectedCodes.map((code): [string, Handler, object] => [
    `code ${code}`,
    json(400, { code, reason: "…" }),
    { kind: "rejected" },
  ]),
  ...expiredCodes.map((code): [string, Handler, object] => [
    `code ${code}`,
    json(400, { code, reason: "…" }),
    { kind: "expired" },
  ]),
  ["301 to another host, which is not followed", json(301, {}, { location: "http://127.0.0.1:1/" }), unclear],
  ["304", (_request, response) => void response.writeHead(304).end(), unclear],
  ["200 with HTML", (_request, response) => void response.end("<html></html>"), unclear],
  ["200 with an empty body", (_request, response) => void response.end(), unclear],
  ["200 with an empty object", json(200, {}), unclear],
  ["200 with a list", json(200, [STOPPED]), unclear],
  ["200 with an error", json(200, { sid: "s", code: 4711, reason: "?" }), unclear],
  ["204", (_request, response) => void response.writeHead(204).end(), unclear],
];

describe("stop()", () => {
  for (const [name, answer, verdict] of STOPS) {
    test(`${name} is ${JSON.stringify(verdict)}`, async (t) => {
      const agora = await agoraAt(t, answer);
      assert.deepEqual((await agora.stop(RECORDING, stopOptions)).verdict, verdict);
    });
  }

  test("a reply has status and code, and a summary of both in our words", async (t) => {
    const agora = await agoraAt(t, json(400, { code: "49", reason: "invalid operation" }));
    const { status, code, summary } = await agora.stop(RECORDING, stopOptions);
    assert.deepEqual(
      { status, code, summary },
      { status: 400, code: 49, summary: "Agora answered 400, code 49: the recording is ending already" },
    );
  });
});

const KNOWN = { kind: "known", answer: { files: [{ name: "a.m3u8" }], uploadingStatus: null, status: 7 } };

const QUERIES: [string, Handler, object][] = [
  ["200", json(200, { serverResponse: { status: 7, fileList: "a.m3u8" } }), KNOWN],
  ["200 with code 206", json(200, { code: 206, serverResponse: { status: 7, fileList: "a.m3u8" } }), KNOWN],
  ["206 with code 206 and nothing else", json(206, { code: 206 }), { kind: "unknown" }],
  ["200 without serverResponse", json(200, { sid: "s" }), { kind: "unknown" }],
  ["206/65", json(206, { code: 65 }), { kind: "unknown" }],
  ["404 worker", json(404, { code: 404, reason: "failed to find worker" }), { kind: "ended" }],
  ["404 route", json(404, { message: "no Route matched with those values" }), { kind: "unknown" }],
  ["404 of another server", json(404, {}), { kind: "unknown" }],
  ["code 501", json(400, { code: 501 }), { kind: "ended" }],
  ["401", json(401, {}), { kind: "unknown" }],
  ["429", json(429, {}), { kind: "unknown" }],
  ["500", json(500, {}), { kind: "unknown" }],
  ["302", json(302, {}, { location: "/" }), { kind: "unknown" }],
];

describe("query()", () => {
  for (const [name, answer, verdict] of QUERIES) {
    test(`${name} is ${JSON.stringify(verdict)}`, async (t) => {
      const agora = await agoraAt(t, answer);
      assert.deepEqual((await agora.query(RECORDING, queryOptions))?.verdict, verdict);
    });
  }
});
