import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";
import * as HLS from "hls-parser";

import { MAX_PLAYLIST_BYTES, parsePlaylist, rejectTooLarge } from "../../../src/media/hls/media-playlist.ts";

const parse = (text: string) => parsePlaylist(new TextEncoder().encode(text));
const checks = (text: string) => parse(text).faults.map(({ check, line }) => `${check}:${line}`);

/** A sound playlist around the given lines, which begin at line 3. */
const around = (...lines: string[]) =>
  ["#EXTM3U", "#EXT-X-TARGETDURATION:18", ...lines, "#EXT-X-ENDLIST", ""].join("\n");

/** Laid out as in Agora's documentation: no commas, Agora's own tags, a discontinuity before the first segment. */
const SAMPLE = `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-ALLOW-CACHE:YES
#EXT-X-TARGETDURATION:34
#EXT-X-DISCONTINUITY
#EXT-X-AGORA-ROTATE:WIDTH=640,HEIGHT=480,ROTATE=0,TIME=20190920125142485
#EXT-X-AGORA-TRACK-EVENT:EVENT=START,TRACK_TYPE=VIDEO,TIME=20190920125142485
#EXTINF:6.332000
s_c_20190920125142485.ts
#EXT-X-AGORA-ROTATE:WIDTH=1280,HEIGHT=720,ROTATE=0,TIME=20190920125149174
#EXTINF:17.442000
s_c_20190920125149174.ts
#EXT-X-ENDLIST
`;

describe("parsePlaylist()", () => {
  test("reads what Agora writes without a finding", () => {
    assert.deepEqual(parse(SAMPLE), {
      ended: true,
      targetDurationSeconds: 34,
      durationSeconds: 23.774,
      segments: [
        { uri: "s_c_20190920125142485.ts", durationSeconds: 6.332, discontinuity: true },
        { uri: "s_c_20190920125149174.ts", durationSeconds: 17.442, discontinuity: false },
      ],
      faults: [],
    });
  });

  for (const { variation, text } of [
    { variation: "CRLF line ends", text: SAMPLE.replaceAll("\n", "\r\n") },
    { variation: "commas and titles", text: SAMPLE.replaceAll(/(#EXTINF:.*)/g, "$1,a title") },
    { variation: "no line feed after #EXT-X-ENDLIST", text: SAMPLE.trimEnd() },
    { variation: "blank lines and comments", text: SAMPLE.replace("#EXTINF", "\n# a comment\n#EXTINF") },
  ]) {
    test(`reads the same with ${variation}`, () => assert.deepEqual(parse(text), parse(SAMPLE)));
  }

  for (const { variation, text, line, lines } of [
    { variation: "a space behind the end", text: SAMPLE.replace("LIST\n", "LIST \n"), line: 14, lines: 1 },
    { variation: "a carriage return behind the last line", text: `${SAMPLE.trimEnd()}\r`, line: 14, lines: 1 },
    { variation: "a line end of two carriage returns", text: SAMPLE.replaceAll("\n", "\r\r\n"), line: 1, lines: 14 },
    { variation: "spaces in place of the last line feed", text: SAMPLE.replace(/\n$/, "  "), line: 14, lines: 1 },
    { variation: "a line of spaces", text: SAMPLE.replace("#EXT-X-END", " \t \n#EXT-X-END"), line: 14, lines: 1 },
    { variation: "spaces behind the last line", text: `${SAMPLE}  `, line: 15, lines: 1 },
    {
      variation: "spaces around each line",
      text: SAMPLE.replaceAll(/^(.+)$/gm, " $1 ").trimStart(),
      line: 1,
      lines: 14,
    },
    { variation: "a space in tags", text: SAMPLE.replaceAll(/(#EXTINF|DURATION):/g, "$1: "), line: 5, lines: 3 },
    { variation: "a space before a comma", text: SAMPLE.replaceAll(/(#EXTINF.*)/g, "$1 ,a title"), line: 9, lines: 2 },
    { variation: "the end twice", text: `${SAMPLE}#EXT-X-ENDLIST\n`, line: 15, lines: 1 },
    { variation: "the end twice, without a line feed", text: `${SAMPLE}#EXT-X-ENDLIST`, line: 15, lines: 1 },
    {
      variation: "Agora's own tag behind the end",
      text: `${SAMPLE}#EXT-X-AGORA-ROTATE:WIDTH=640\n`,
      line: 15,
      lines: 1,
    },
    { variation: "names in the playlist's own folder", text: SAMPLE.replaceAll("s_c", "././s_c"), line: 10, lines: 2 },
  ]) {
    test(`reads the same with ${variation}, and counts the lines`, () => {
      const observed = lines === 1 ? "1 such line" : `${lines} such lines`;
      assert.deepEqual(parse(text), { ...parse(SAMPLE), faults: [{ check: "playlist-spelling", line, observed }] });
    });
  }

  test("agrees with hls-parser on every well-formed playlist", () => {
    const segments = fc.uniqueArray(
      fc.record({
        uri: fc.stringMatching(/^[A-Za-z0-9_.-]{1,30}\.ts$/),
        milliseconds: fc.integer({ min: 1, max: 330_000 }),
        discontinuity: fc.boolean(),
      }),
      { minLength: 1, selector: ({ uri }) => uri },
    );
    fc.assert(
      fc.property(segments, fc.constantFrom("\n", "\r\n"), fc.boolean(), (list, lineEnd, ended) => {
        const lines = list.flatMap(({ uri, milliseconds, discontinuity }) => [
          ...(discontinuity ? ["#EXT-X-DISCONTINUITY"] : []),
          `#EXTINF:${(milliseconds / 1000).toFixed(6)},`,
          uri,
        ]);
        const head = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:330"];
        const text = [...head, ...lines, ...(ended ? ["#EXT-X-ENDLIST"] : []), ""].join(lineEnd);

        const ours = parse(text);
        const theirs = HLS.parse(text);
        assert.ok(theirs instanceof HLS.types.MediaPlaylist);
        assert.equal(ours.ended, theirs.endlist);
        assert.deepEqual(ours.faults, []);
        assert.deepEqual(
          ours.segments,
          theirs.segments.map(({ uri, duration, discontinuity = false }) => ({
            uri,
            durationSeconds: duration,
            discontinuity,
          })),
        );
      }),
    );
  });

  test("never throws and never offers an unsafe name, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.string({ unit: "binary" })), (bytes, lines) => {
        parsePlaylist(bytes);
        for (const { uri } of parse(around(...lines)).segments) assert.doesNotMatch(uri, /[/\\?#\0]/);
      }),
    );
  });

  for (const { what, bytes } of [
    { what: "an empty object", bytes: new Uint8Array() },
    { what: "an XML error body", bytes: Buffer.from('<?xml version="1.0"?><Error><Code>NoSuchKey</Code></Error>') },
    { what: "an HTML page", bytes: Buffer.from("<html>\n</html>\n") },
    { what: "bytes that are not UTF-8", bytes: Uint8Array.of(0xff, 0xfe, 0x00) },
    { what: "more bytes than the limit", bytes: new Uint8Array(MAX_PLAYLIST_BYTES + 1) },
    { what: "more lines than the limit", bytes: Buffer.from(`#EXTM3U\n${"\n".repeat(400_001)}#EXT-X-ENDLIST\n`) },
  ]) {
    test(`takes ${what} for no playlist, and not for an empty one that has ended`, () => {
      const { ended, faults } = parsePlaylist(bytes);
      assert.equal(ended, false);
      assert.deepEqual(
        faults.map(({ check }) => check),
        ["playlist-unreadable"],
      );
    });
  }

  test("does not take a name that is cut in the middle for a name", () => {
    const cut = SAMPLE.slice(0, SAMPLE.lastIndexOf(".ts"));
    assert.equal(parse(cut).ended, false);
    assert.equal(parse(cut).segments.length, 1);
    assert.deepEqual(checks(cut), ["playlist-truncated:13"]);
  });

  test("takes a text without #EXT-X-ENDLIST for sound but not ended", () => {
    const { ended, faults } = parse(SAMPLE.replace("#EXT-X-ENDLIST\n", ""));
    assert.deepEqual({ ended, faults }, { ended: false, faults: [] });
  });

  for (const { fault, text, expected } of [
    { fault: "#EXTINF without URI", text: around("#EXTINF:1,", "#EXTINF:1,", "a.ts"), expected: "uri-missing:4" },
    { fault: "#EXTINF before the end", text: around("#EXTINF:1,", "a.ts", "#EXTINF:1,"), expected: "uri-missing:6" },
    { fault: "a URI without #EXTINF", text: around("a.ts"), expected: "duration-missing:3" },
    {
      fault: "the same URI twice",
      text: around("#EXTINF:1,", "a.ts", "#EXTINF:1,", "a.ts"),
      expected: "uri-duplicate:6",
    },
    { fault: "a duration that is no number", text: around("#EXTINF:abc,", "a.ts"), expected: "duration-invalid:3" },
    { fault: "a negative duration", text: around("#EXTINF:-3,", "a.ts"), expected: "duration-invalid:3" },
    { fault: "an absurd duration", text: around("#EXTINF:86401,", "a.ts"), expected: "duration-invalid:3" },
    { fault: "a duration with an exponent", text: around("#EXTINF:1e3,", "a.ts"), expected: "duration-invalid:3" },
    { fault: "a segment after the end", text: `${around("#EXTINF:1,", "a.ts")}b.ts\n`, expected: "data-after-end:6" },
    {
      fault: "a second playlist after the end",
      text: around("#EXTINF:1,", "a.ts") + around("#EXTINF:1,", "b.ts"),
      expected: "data-after-end:6",
    },
    { fault: "no segment at all", text: around(), expected: "without-segments:4" },
    { fault: "a byte range", text: around("#EXT-X-BYTERANGE:5@0", "#EXTINF:1,", "a.ts"), expected: "byte-range:3" },
    { fault: "a later beginning", text: around("#EXT-X-MEDIA-SEQUENCE:2"), expected: "beginning-missing:3" },
    { fault: "a gap", text: around("#EXT-X-GAP", "#EXTINF:1,", "a.ts"), expected: "gap:3" },
    { fault: "a map", text: around('#EXT-X-MAP:URI="i.mp4"', "#EXTINF:1,", "a.ts"), expected: "map:3" },
    { fault: "a key", text: around('#EXT-X-KEY:METHOD=AES-128,URI="k"', "#EXTINF:1,", "a.ts"), expected: "key:3" },
    { fault: "a master playlist", text: around("#EXT-X-STREAM-INF:BANDWIDTH=1", "a.m3u8"), expected: "master:3" },
    { fault: "a NUL in a tag", text: around("#EXTINF:1\0,", "a.ts"), expected: "control-character:3" },
    { fault: "a byte order mark", text: `\uFEFF${around("#EXTINF:1,", "a.ts")}`, expected: "byte-order-mark:1" },
    {
      fault: "no target duration",
      text: around("#EXTINF:1,", "a.ts").replace("#EXT-X-TARGETDURATION:18\n", ""),
      expected: "target-duration:1",
    },
  ]) {
    test(`reports ${fault}`, () => assert.ok(checks(text).includes(`playlist-${expected}`), checks(text).join()));
  }

  for (const uri of [
    "../a.ts",
    "..",
    "%2e%2e%2fa.ts",
    "sub/a.ts",
    "/a.ts",
    "//host/a.ts",
    "https://host/a.ts",
    "file:a.ts",
    String.raw`..\a.ts`,
    "..%5Ca.ts",
    "a.ts?X-Amz-Signature=1",
    "a.ts#t",
    "./",
    "./../a.ts",
    ".//a.ts",
    "./http:a.ts",
    "a%00.ts",
    `${"a".repeat(1025)}.ts`,
  ]) {
    test(`refuses ${JSON.stringify(uri.slice(0, 40))} and never offers it as a segment`, () => {
      const { segments, faults } = parse(around("#EXTINF:1,", uri, "#EXTINF:1,", "b.ts"));
      assert.deepEqual(
        segments.map((segment) => segment.uri),
        ["b.ts"],
      );
      assert.deepEqual(
        faults.map(({ check, line }) => ({ check, line })),
        [{ check: "playlist-uri-refused", line: 4 }],
      );
      assert.ok(!JSON.stringify(faults).includes("Signature"));
    });
  }

  test("still expects a segment whose duration cannot be used", () => {
    assert.deepEqual(parse(around("#EXTINF:abc,", "a.ts")).segments, [
      { uri: "a.ts", durationSeconds: 0, discontinuity: false },
    ]);
  });

  test("says no more than a hundred times that a playlist is broken", () => {
    assert.equal(parse(around(...Array.from({ length: 5000 }, () => "../a.ts"))).faults.length, 100);
  });
});

test("rejectTooLarge() speaks as parsePlaylist() does of too many bytes", () => {
  assert.deepEqual(rejectTooLarge(MAX_PLAYLIST_BYTES + 1), parsePlaylist(new Uint8Array(MAX_PLAYLIST_BYTES + 1)));
});
