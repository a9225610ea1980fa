import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { decodeNotice } from "../../src/webhook/notice.ts";
import { notice } from "./caller.ts";

function decode(value: unknown) {
  return decodeNotice(new TextEncoder().encode(JSON.stringify(value)));
}

const OURS = [1, 11, 12, 31, 32, 71, 1001];
const NOT_OURS = [
  0, 2, 3, 4, 13, 30, 33, 34, 40, 41, 42, 43, 44, 45, 46, 47, 60, 61, 70, 72, 73, 80, 81, 90, 100, 110, 113,
];

describe("decodeNotice()", () => {
  test("passes the events of a recording's end, with all that Agora said of them", () => {
    const details = { msgName: "uploaded", status: 0, fileList: [{ fileName: "a.m3u8" }], somethingNew: [1] };
    for (const eventType of OURS) {
      const decoded = decode(notice({ eventType, noticeId: "n", notifyMs: 5, sid: "s", sequence: 7, details }));
      const notification = { noticeId: "n", eventType, notifyMs: 5, sid: "s", sequence: 7, details };
      assert.deepEqual(decoded, { kind: "ours", notification, test: false });
    }
  });

  test("ignores every other event", () => {
    for (const eventType of NOT_OURS) assert.deepEqual(decode(notice({ eventType })), { kind: "ignored" });
  });

  test("passes the progress of the upload when it has reached 10000, number or text", () => {
    for (const progress of [10_000, "10000"])
      assert.equal(decode(notice({ eventType: 33, details: { progress } })).kind, "ours");
    for (const progress of [0, 9999, "9999", 10_001, null, undefined])
      assert.equal(decode(notice({ eventType: 33, details: { progress } })).kind, "ignored");
  });

  test("ignores other products, whose events have the same numbers", () => {
    for (const productId of [1, 2, 4, "1"]) assert.deepEqual(decode({ ...notice(), productId }), { kind: "ignored" });
  });

  test("reads text for numbers, as before version 1.3.0", () => {
    const { payload, ...envelope } = notice({ sid: "s", notifyMs: 5 });
    const strings = {
      ...envelope,
      productId: "3",
      eventType: "31",
      notifyMs: "5",
      payload: { ...payload, sequence: "7" },
    };
    assert.partialDeepStrictEqual(decode(strings), { notification: { eventType: 31, notifyMs: 5, sequence: 7 } });
  });

  test("finds the sid in the payload or beside it, and ignores what has none", () => {
    const { payload, ...envelope } = notice({ sid: "s" });
    const { sid: _, ...without } = payload;
    assert.partialDeepStrictEqual(decode({ ...envelope, sid: "s", payload: without }), { notification: { sid: "s" } });
    assert.partialDeepStrictEqual(decode({ ...envelope, sid: "", payload }), { notification: { sid: "s" } });
    for (const odd of [{ ...envelope, payload: without }, envelope, { ...envelope, payload: "text" }])
      assert.deepEqual(decode(odd), { kind: "ignored" });
    assert.deepEqual(decode(notice({ sid: "s".repeat(129) })), { kind: "ignored" });
  });

  test("can do without what only informs", () => {
    const { notifyMs: _, payload, ...envelope } = notice({ sid: "s" });
    const decoded = decode({ ...envelope, payload: { sid: payload.sid } });
    assert.partialDeepStrictEqual(decoded, { kind: "ours", notification: { sid: "s", notifyMs: 0, sequence: 0 } });
  });

  test("calls malformed what is no notification at all", () => {
    for (const value of [null, 1, "text", [], {}, { noticeId: "n" }, { ...notice(), eventType: "uploaded" }])
      assert.deepEqual(decode(value), { kind: "malformed" });
    for (const bytes of [[], [0xff, 0xfe], [0x7b], [...new TextEncoder().encode('{"noticeId":"'), 0xc3, 0x28]])
      assert.deepEqual(decodeNotice(new Uint8Array(bytes)), { kind: "malformed" });
  });

  test("never throws, whatever was signed", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.equal(decodeNotice(bytes).kind, "malformed")));
    const envelope = { ...notice() };
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(envelope)), fc.jsonValue(), (key, value) => {
        assert.match(decode({ ...envelope, [key]: value }).kind, /^(ours|ignored|malformed)$/);
      }),
    );
  });
});
