import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { filesNamedBy } from "../../src/agora/decode.ts";

describe("filesNamedBy()", () => {
  for (const [name, eventType, details, files] of [
    ["31", 31, { msgName: "uploaded", status: 0, fileList: [{ fileName: "a.m3u8", uid: "0" }] }, ["a.m3u8"]],
    ["31 of a web page, which has no list", 31, { msgName: "uploaded", status: 0 }, []],
    [
      "32",
      32,
      { msgName: "backuped", fileList: [{ fileName: "a.m3u8" }, { fileName: "a_0.mp4" }] },
      ["a.m3u8", "a_0.mp4"],
    ],
    ["71", 71, { code: 0, fileList: [{ filename: "a.mp4", sliceStartTime: 1562724971626 }] }, ["a.mp4"]],
    ["71 without a list", 71, { code: 4, message: "page_load_timeout" }, []],
    ["1001", 1001, { result: "total_success", fileList: [{ fileName: "a_0.mp4" }] }, ["a_0.mp4"]],
    ["1001 that failed", 1001, { result: "failed", fileList: [{ fileName: "a_0.mp4" }] }, []],
    [
      "81, a list for each user",
      81,
      {
        result: "partial_success",
        uids: [
          { uid: "1", result: "success", fileList: [{ fileName: "a_0.mp4" }] },
          { uid: "2", result: "fail", fileList: [{ fileName: "b_0.mp4" }] },
        ],
      },
      ["a_0.mp4"],
    ],
    ["an unknown event that says stranded", 4711, { msgName: "stranded", fileList: "a.m3u8" }, ["a.m3u8"]],
    ["31 with a list as JSON text", 31, { fileList: '[{"fileName":"a.m3u8"},"a_0.mp4"]' }, ["a.m3u8", "a_0.mp4"]],
    ["31 with a string", 31, { fileList: "a.m3u8" }, ["a.m3u8"]],
    ["4, which comes while the recording goes on", 4, { fileList: "a.m3u8" }, []],
    ["3, which comes while the recording goes on", 3, { fileList: "a.m3u8" }, []],
    ["33", 33, { progress: 10_000, fileList: [{ fileName: "a.m3u8" }] }, []],
  ] as const) {
    test(`${name} names ${files.length === 0 ? "nothing" : files.join(", ")}`, () => {
      assert.deepEqual(
        filesNamedBy(eventType, details).map((file) => file.name),
        files,
      );
    });
  }

  test("never throws, whatever the details are", () => {
    fc.assert(
      fc.property(fc.constantFrom(31, 32, 71), fc.anything(), fc.anything(), (eventType, details, fileList) => {
        assert.ok(Array.isArray(filesNamedBy(eventType, details)));
        assert.ok(Array.isArray(filesNamedBy(eventType, { fileList })));
      }),
    );
  });
});
