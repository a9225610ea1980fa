import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { isMasterPlaylist, parseMasterPlaylist } from "../../../src/media/hls/master-playlist.ts";

const parse = (text: string) => parseMasterPlaylist(Buffer.from(text));
const checks = (text: string) => parse(text).findings.map(({ check, line }) => `${check}:${line}`);

/** As Agora writes it for a user in the standard stream mode. */
const SAMPLE = `#EXTM3U
#EXT-X-VERSION:4
# Audio
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="audio",AUTOSELECT=YES,DEFAULT=YES,URI="s_room__uid_s_110__uid_e_audio.m3u8"
# Video
#EXT-X-STREAM-INF:BANDWIDTH=500000,AUDIO="audio"
s_room__uid_s_110__uid_e_video.m3u8
`;
const NAMED = [
  { uri: "s_room__uid_s_110__uid_e_audio.m3u8", kind: "audio" },
  { uri: "s_room__uid_s_110__uid_e_video.m3u8", kind: "variant" },
];

describe("parseMasterPlaylist()", () => {
  for (const { variation, text } of [
    { variation: "as Agora writes it", text: SAMPLE },
    { variation: "CRLF line ends", text: SAMPLE.replaceAll("\n", "\r\n") },
    { variation: "no line feed at the end", text: SAMPLE.trimEnd() },
    { variation: "the same playlist twice", text: `${SAMPLE}#EXT-X-STREAM-INF:BANDWIDTH=1\n${NAMED[1]?.uri}\n` },
    { variation: "spaces behind commas", text: SAMPLE.replace(",AUDIO=", ", AUDIO=") },
  ]) {
    test(`names the playlists with ${variation}`, () =>
      assert.deepEqual(parse(text), { playlists: NAMED, findings: [] }));
  }

  for (const { fault, text, expected } of [
    { fault: "an empty object", text: "", expected: ["master-unreadable:1"] },
    { fault: "an XML document", text: "<Error/>", expected: ["master-unreadable:1"] },
    { fault: "many lines", text: `#EXTM3U${"\n".repeat(20_001)}`, expected: ["master-unreadable:1"] },
    { fault: "many bytes", text: `#EXTM3U\n#${"x".repeat(1024 * 1024)}`, expected: ["master-unreadable:1"] },
    { fault: "a byte order mark", text: `\uFEFF${SAMPLE}`, expected: ["master-byte-order-mark:1"] },
    { fault: "a cut name", text: SAMPLE.slice(0, -4), expected: ["master-truncated:7", "master-uri-missing:6"] },
    { fault: "a cut tag", text: SAMPLE.slice(0, 150), expected: ["master-truncated:4", "master-without-playlists:4"] },
    {
      fault: "a variant without a URI",
      text: SAMPLE.replace(/s_room.*video.*\n/, ""),
      expected: ["master-uri-missing:6"],
    },
    { fault: "a URI without a tag", text: `${SAMPLE}other.m3u8\n`, expected: ["master-uri-unannounced:8"] },
    { fault: "a path", text: SAMPLE.replace("\ns_room", "\n../s_room"), expected: ["master-uri-refused:7"] },
    { fault: "an absolute URL", text: SAMPLE.replace('URI="', 'URI="http://x/'), expected: ["master-uri-refused:4"] },
    {
      fault: "attributes that are none",
      text: SAMPLE.replace('GROUP-ID="audio"', 'GROUP-ID="audio'),
      expected: ["master-attributes:4", "master-group-missing:6"],
    },
    {
      fault: "a group that is missing",
      text: SAMPLE.replace(/#EXT-X-MEDIA.*\n/, ""),
      expected: ["master-group-missing:5"],
    },
    { fault: "a segment", text: `${SAMPLE}#EXTINF:1,\n`, expected: ["master-with-segments:8"] },
    { fault: "a NUL", text: `${SAMPLE}#\0\n`, expected: ["master-control-character:8"] },
    { fault: "no playlist", text: "#EXTM3U\n", expected: ["master-without-playlists:2"] },
  ]) {
    test(`finds ${fault}`, () => assert.deepEqual(checks(text), expected));
  }

  test("takes any bytes, and names nothing elsewhere", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" })), fc.uint8Array(), (lines, bytes) => {
        parseMasterPlaylist(bytes);
        const text = ["#EXTM3U", ...lines.flatMap((line) => ["#EXT-X-STREAM-INF:A=1", line])].join("\n");
        for (const { uri } of parse(text).playlists) assert.doesNotMatch(uri, /[/\\?#\0]/);
      }),
    );
  });
});

test("isMasterPlaylist() tells a playlist of playlists from one of segments", () => {
  assert.ok(isMasterPlaylist(Buffer.from(SAMPLE)));
  assert.ok(!isMasterPlaylist(Buffer.from("#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST\n")));
  assert.ok(!isMasterPlaylist(Buffer.of(0xff, 0xfe)));
});
