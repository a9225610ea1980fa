import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { type DecodedNotice, decodeNotices } from "../../src/webhook/notice.ts";
import { notice } from "./caller.ts";

function decodeAll(value: unknown) {
  return decodeNotices(new TextEncoder().encode(JSON.stringify(value)));
}

function decode(value: unknown): DecodedNotice {
  const [decoded, ...others] = decodeAll(value);
  assert.ok(decoded !== undefined && others.length === 0);
  return decoded;
}

/** Whether a notification with this in its payload is one of the console's tests. */
function isTest(payload: object): boolean {
  const decoded = decode({ ...notice(), payload: { ...notice().payload, ...payload } });
  return decoded.kind === "ours" && decoded.test;
}

const OURS = [1, 2, 11, 12, 31, 32, 34, 60, 61, 71, 81, 1001];
const NOT_OURS = [0, 3, 4, 13, 30, 33, 40, 41, 42, 43, 44, 45, 46, 47, 70, 72, 73, 80, 90, 100, 110, 113];

describe("decodeNotices()", () => {
  test("passes the events of a recording's end, with what is used of their details", () => {
    const details = { msgName: "uploaded", status: 0, fileList: [{ fileName: "a.m3u8" }] };
    const raw = { ...details, somethingNew: [1], errorMsg: "foreign words" };
    for (const eventType of OURS) {
      const decoded = decode(notice({ eventType, noticeId: "n", notifyMs: 5, sid: "s", sequence: 7, details: raw }));
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

  test("passes each notification of a list, whatever the others are", () => {
    const kinds = decodeAll([notice({ eventType: 11 }), {}, notice({ eventType: 40 }), notice()]).map(
      ({ kind }) => kind,
    );
    assert.deepEqual(kinds, ["ours", "malformed", "ignored", "ours"]);
  });

  test("knows the console's test notices, old and new, by their names", () => {
    assert.ok(isTest({ cname: "test" }));
    for (const uid of ["12121212", 12121212]) assert.ok(isTest({ cname: "test_webhook", uid }));
    for (const uid of ["527841", null]) assert.ok(!isTest({ cname: "test_webhook", uid }));
  });

  test("keeps no text that is longer than a key, and no more than 2,000 files", () => {
    const fileList = [
      { fileName: "x".repeat(1025) },
      ...Array.from({ length: 3000 }, (_, index) => ({ fileName: `${index}.mp4` })),
    ];
    const decoded = decode(notice({ details: { msgName: "y".repeat(5000), fileList } }));
    assert.ok(decoded.kind === "ours");
    const { details } = decoded.notification;
    assert.ok(typeof details === "object" && details !== null && "fileList" in details);
    assert.deepEqual(Object.keys(details), ["fileList", "filesCut"]);
    assert.equal(JSON.stringify(details.fileList), JSON.stringify(fileList.slice(1, 2001)));
  });

  test("calls malformed what is no notification at all", () => {
    for (const value of [null, 1, "text", [], [[]], {}, { noticeId: "n" }, { ...notice(), eventType: "uploaded" }])
      assert.deepEqual(decode(value), { kind: "malformed" });
    for (const bytes of [[], [0xff, 0xfe], [0x7b], [...new TextEncoder().encode('{"noticeId":"'), 0xc3, 0x28]])
      assert.deepEqual(decodeNotices(new Uint8Array(bytes)), [{ kind: "malformed" }]);
  });

  test("never throws, whatever was signed", () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.deepEqual(decodeNotices(bytes), [{ kind: "malformed" }])));
    const envelope = { ...notice() };
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(envelope)), fc.jsonValue(), (key, value) => {
        assert.match(decode({ ...envelope, [key]: value }).kind, /^(ours|ignored|malformed)$/);
      }),
    );
  });
});
