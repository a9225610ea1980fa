import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import type { NamedFile } from "../../src/agora/answers.ts";
import { decodeQueryAnswer, decodeRefusal, decodeStopAnswer } from "../../src/agora/decode.ts";

async function fixture(name: string): Promise<unknown> {
  return JSON.parse(await readFile(new URL(`../fixtures/agora/stop-${name}.json`, import.meta.url), "utf8"));
}

const STEM = "432efaf2144e051bb32fb490db89c462_httpClient463224";
const startedMs = 1562724971626;

/** What each of the vendor's six samples says. */
const SAMPLES: Record<string, NamedFile[]> = {
  "individual-hls": [
    { name: `aaaa/${STEM}__uid_s_123__uid_e_audio.m3u8`, trackType: "audio", uid: "123", isPlayable: true, startedMs },
    { name: `aaaa/${STEM}__uid_s_123__uid_e_video.m3u8`, trackType: "video", uid: "123", isPlayable: false, startedMs },
    { name: `aaaa/${STEM}__uid_s_456__uid_e_audio.m3u8`, trackType: "audio", uid: "456", isPlayable: true, startedMs },
    { name: `aaaa/${STEM}__uid_s_456__uid_e_video.m3u8`, trackType: "video", uid: "456", isPlayable: false, startedMs },
  ],
  "individual-snapshots": [],
  "mix-hls": [{ name: `aaaa/${STEM}.m3u8` }],
  "mix-hls-mp4": [
    { name: `aaaa/${STEM}.m3u8`, trackType: "audio_and_video", uid: "0", isPlayable: true, startedMs },
    { name: `aaaa/${STEM}_0.mp4`, trackType: "audio_and_video", uid: "0", isPlayable: true, startedMs },
  ],
  "web-hls": [{ name: `${STEM}.m3u8`, startedMs }],
  "web-hls-mp4": [
    { name: `${STEM}.m3u8`, startedMs },
    { name: `${STEM}_0.mp4`, startedMs },
  ],
};

const NOTHING = { files: [], uploadingStatus: null };

describe("decodeStopAnswer()", () => {
  for (const [name, files] of Object.entries(SAMPLES)) {
    test(`reads the vendor's sample ${name}`, async () => {
      assert.deepEqual(decodeStopAnswer(await fixture(name)), { files, uploadingStatus: "uploaded" });
    });
  }

  for (const { name, response, expected } of [
    {
      name: "a string without fileListMode (2019)",
      response: { fileList: "a.m3u8", uploadingStatus: "uploaded" },
      expected: { files: [{ name: "a.m3u8" }], uploadingStatus: "uploaded" },
    },
    {
      name: "a list whose fileListMode says string",
      response: { fileListMode: "string", fileList: [{ fileName: "a.m3u8" }] },
      expected: { files: [{ name: "a.m3u8" }], uploadingStatus: null },
    },
    {
      name: "filename, and strings for booleans and numbers (2021)",
      response: { fileList: [{ filename: "a.m3u8", isPlayable: "true", sliceStartTime: "1562724971626", uid: 5 }] },
      expected: { files: [{ name: "a.m3u8", uid: "5", isPlayable: true, startedMs }], uploadingStatus: null },
    },
    {
      name: "seconds",
      response: { fileList: [{ fileName: "a.m3u8", sliceStartTime: 1562724971 }] },
      expected: { files: [{ name: "a.m3u8", startedMs: 1562724971000 }], uploadingStatus: null },
    },
    {
      name: "backuped with an empty list",
      response: { fileList: [], fileListMode: "json", uploadingStatus: "backuped" },
      expected: { files: [], uploadingStatus: "backuped" },
    },
    {
      name: "an empty string for no file",
      response: { fileList: "", uploadingStatus: "unknow" },
      expected: { files: [], uploadingStatus: "unknown" },
    },
    {
      name: "the upload service alone",
      response: {
        extensionServiceState: [{ serviceName: "upload_service", payload: { uploadingStatus: "backuped" } }],
      },
      expected: { files: [], uploadingStatus: "backuped" },
    },
    {
      name: "the page recorder alone, with playload",
      response: { extensionServiceState: [{ playload: { fileList: [{ filename: "a.m3u8" }], state: "exit" } }] },
      expected: { files: [{ name: "a.m3u8" }], uploadingStatus: null },
    },
    {
      name: "the upload service before the page recorder, beside strangers",
      response: {
        extensionServiceState: [
          { serviceName: "upload_service", playload: { uploadingStatus: "uploaded" } },
          null,
          { serviceName: "rtmp_publish_service", payload: { outputs: [] } },
          { serviceName: "web_recorder_service", payload: { fileList: [{ fileName: "a.mp4" }] } },
        ],
      },
      expected: { files: [{ name: "a.mp4" }], uploadingStatus: "uploaded" },
    },
    {
      name: "a list as JSON text",
      response: { fileListMode: "json", fileList: '[{"fileName": "a.m3u8", "uid": "0"}]' },
      expected: { files: [{ name: "a.m3u8", uid: "0" }], uploadingStatus: null },
    },
    {
      name: "a broken list as JSON text as none",
      response: { fileList: '[{"fileName": "a.m3u8"' },
      expected: { files: [], uploadingStatus: null },
    },
    {
      name: "what it can of a list with odd items",
      response: { fileList: [null, 5, {}, "a.m3u8", { fileName: "b.m3u8", isPlayable: 7, sliceStartTime: "soon" }] },
      expected: { files: [{ name: "a.m3u8" }, { name: "b.m3u8" }], uploadingStatus: null },
    },
    {
      name: "a time that no Date can hold as none",
      response: { fileList: [{ fileName: "a.m3u8", sliceStartTime: 1e300 }] },
      expected: { files: [{ name: "a.m3u8" }], uploadingStatus: null },
    },
  ]) {
    test(`reads ${name}`, () => {
      assert.deepEqual(decodeStopAnswer({ serverResponse: response }), expected);
    });
  }

  for (const [wire, ours] of Object.entries({
    uploaded: "uploaded",
    backuped: "backuped",
    backuping: "backuping",
    stranded: "stranded",
    Stranded: "stranded",
    unknow: "unknown",
    unknown: "unknown",
    "a word of 2031": "unknown",
  })) {
    test(`reads uploadingStatus ${wire} as ${ours}`, () => {
      assert.equal(decodeStopAnswer({ serverResponse: { uploadingStatus: wire } })?.uploadingStatus, ours);
    });
  }

  for (const body of [
    { serverResponse: {} },
    { code: 4711, serverResponse: {} },
    { sid: "s" },
    { resourceId: "r", serverResponse: null },
    { sid: "s", resourceId: "r", code: 0 },
    { sid: "s", code: 200, cname: "c" },
  ]) {
    test(`takes ${JSON.stringify(body)} for an answer that says nothing`, () => {
      assert.deepEqual(decodeStopAnswer(body), NOTHING);
    });
  }

  for (const body of [
    undefined,
    null,
    "ok",
    200,
    [],
    [{ serverResponse: {} }],
    {},
    { serverResponse: [] },
    { serverResponse: "{}" },
    { sid: "" },
    { resourceId: "r", sid: "", code: 15 },
    { sid: "s", message: "Unauthorized" },
  ]) {
    test(`takes ${JSON.stringify(body)} for no stop answer`, () => {
      assert.equal(decodeStopAnswer(body), undefined);
    });
  }
});

describe("decodeQueryAnswer()", () => {
  test("reads the status, as a number or a string", () => {
    const expected = { files: [{ name: "a.m3u8" }], uploadingStatus: null, status: 7 };
    assert.deepEqual(decodeQueryAnswer({ serverResponse: { status: 7, fileList: "a.m3u8" } }), expected);
    assert.deepEqual(decodeQueryAnswer({ serverResponse: { status: "7", fileList: "a.m3u8" } }), expected);
  });

  test("reads a web recording with its CDN push", () => {
    const extensionServiceState = [
      { serviceName: "rtmp_publish_service", payload: { outputs: [{ rtmpUrl: "rtmp://…", status: "publishing" }] } },
      {
        serviceName: "web_recorder_service",
        payload: { fileList: [{ filename: "a.m3u8" }], onhold: false, state: "inProgress" },
      },
    ];
    assert.deepEqual(decodeQueryAnswer({ serverResponse: { status: 5, extensionServiceState } }), {
      files: [{ name: "a.m3u8" }],
      uploadingStatus: null,
      status: 5,
    });
  });

  test("an answer without serverResponse is not accepted, although a stop's may be", () => {
    assert.equal(decodeQueryAnswer({ sid: "s", resourceId: "r" }), undefined);
  });
});

const namedFile: fc.Arbitrary<Required<NamedFile>> = fc.record(
  {
    name: fc.string({ minLength: 1 }),
    trackType: fc.constantFrom("audio", "video", "audio_and_video"),
    uid: fc.nat().map(String),
    isPlayable: fc.boolean(),
    startedMs: fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }).map((seconds) => seconds * 1000),
  },
  { noNullPrototype: true },
);

/** A file as some year's Agora would have written it. */
function spelled(file: Required<NamedFile>): fc.Arbitrary<object> {
  return fc
    .record({
      key: fc.constantFrom("fileName", "filename"),
      uid: fc.constantFrom(file.uid, Number(file.uid)),
      isPlayable: fc.constantFrom(file.isPlayable, String(file.isPlayable)),
      time: fc.constantFrom(file.startedMs, file.startedMs / 1000),
      timeAsText: fc.boolean(),
      stranger: fc.jsonValue(),
    })
    .map(({ key, uid, isPlayable, time, timeAsText, stranger }) => ({
      [key]: file.name,
      trackType: file.trackType,
      uid,
      isPlayable,
      sliceStartTime: timeAsText ? String(time) : time,
      mixedAllUser: stranger,
      addedLater: stranger,
    }));
}

/** Files with one of the shapes in which a `serverResponse` can carry them. */
const spelledAnswer = fc.array(namedFile).chain((files) =>
  fc
    .record({
      fileList: fc.tuple(...files.map(spelled)),
      mode: fc.constantFrom({}, { fileListMode: "json" }),
      web: fc.boolean(),
      key: fc.constantFrom("payload", "playload"),
      uploadFirst: fc.boolean(),
    })
    .map(({ fileList, mode, web, key, uploadFirst }) => {
      const recorder = { serviceName: "web_recorder_service", [key]: { fileList } };
      const upload = { serviceName: "upload_service", [key]: { uploadingStatus: "uploaded" } };
      const services = uploadFirst ? [upload, recorder] : [recorder, upload];
      const plain = { ...mode, fileList, uploadingStatus: "uploaded" };
      return { files, body: { serverResponse: web ? { extensionServiceState: services } : plain } };
    }),
);

const fieldNames =
  "serverResponse extensionServiceState payload playload fileList fileName filename trackType uid isPlayable sliceStartTime uploadingStatus status sid resourceId code message reason";

/** Agora's field names with anything behind them, and anything at all. */
const { garbage } = fc.letrec((tie) => ({
  garbage: fc.oneof(
    { maxDepth: 5 },
    fc.anything(),
    fc.array(tie("garbage"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...fieldNames.split(" ")), tie("garbage")),
  ),
}));

describe("every decoder", () => {
  test("reads the same from every spelling", () => {
    fc.assert(
      fc.property(spelledAnswer, ({ files, body }) => {
        assert.deepEqual(decodeStopAnswer(body), { files, uploadingStatus: "uploaded" });
        assert.deepEqual(decodeQueryAnswer(body), { files, uploadingStatus: "uploaded", status: null });
      }),
    );
  });

  test("never throws, and gives what a payload and a Date can hold", () => {
    fc.assert(
      fc.property(garbage, (body) => {
        decodeRefusal(body);
        const answers = [decodeStopAnswer(body), decodeQueryAnswer(body)].filter((answer) => answer !== undefined);
        for (const answer of answers) {
          assert.deepEqual(JSON.parse(JSON.stringify(answer)), answer);
          for (const file of answer.files) if (file.startedMs !== undefined) new Date(file.startedMs).toISOString();
        }
      }),
    );
  });
});
