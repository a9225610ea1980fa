import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import {
  buildFileName,
  buildName,
  segmentStartMs,
  type NameParts,
  type NameSuffix,
  type NamingContext,
} from "../../../src/agora/names/file-names.ts";
import { createNameReader } from "../../../src/agora/names/name-reader.ts";
import { RECORDING_MODES, type RecordingMode } from "../../../src/agora/modes.ts";

const sid = "38f8e3cfdc474cd56fc1ceba380d7e1a";
const mix: NamingContext = { sid, cname: "httpClient463224", mode: "mix" };

const parseFileName = (name: string, recording: NamingContext) => createNameReader(recording).parse(name);
const parseNamedFile = (name: string, recording: NamingContext) => createNameReader(recording).parseNamed(name);

const digits = (count: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count }).map((each) => each.join(""));
const plain = { noNullPrototype: true } as const;

/** A piece of a channel, and how many `-` Agora may write for it: by UTF-16 units, characters, bytes, or runs. */
const ascii = fc.stringMatching(/^[A-Za-z0-9 !#$%&()+:;<=.>?@[\]^_{|}~,-]{1,24}$/);
const foreign = fc.array(fc.constantFrom("课", "室", "é", "ü", "한", "😀", "👩🏽‍🏫"), { minLength: 1, maxLength: 4 });
const COUNTS = [
  (run: string) => run.length,
  (run: string) => Array.from(run).length,
  (run: string) => Buffer.byteLength(run),
  () => 1,
];
/** A channel, and one of the ways in which file names may spell it. */
const channels = fc
  .record({
    pieces: fc.array(
      fc.oneof(
        ascii,
        foreign.map((each) => each.join("")),
      ),
      { minLength: 1, maxLength: 5 },
    ),
    count: fc.nat(COUNTS.length - 1),
    dashes: fc.infiniteStream(fc.boolean()),
  })
  .map(({ pieces, count, dashes }) => {
    const cname = pieces.join("");
    const isDash = () => dashes.next().value === true;
    const spelled = cname
      .replaceAll(/\P{ASCII}+/gu, (run) => (isDash() ? "-".repeat(COUNTS[count]?.(run) ?? 1) : run))
      .replaceAll(/\p{ASCII}/gu, (each) => (/[^A-Za-z0-9]/.test(each) && isDash() ? "-" : each));
    return { cname, spelled };
  });

const failover = fc.constantFrom(null, 0, 1, 2);
const uid = fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/);
const utc = fc.oneof(digits(17), digits(13));
const backup = fc.option(fc.record({ tick: digits(11), index: fc.nat(999) }, plain));
const codec = fc.constantFrom("h264", "h265", "av1", "vp8", "vp9", "opus", "aac", "264x");
const audio = fc.record({
  kind: fc.constant("mp3" as const),
  index: fc.nat(9999),
  format: fc.constantFrom("mp3", "m4a", "aac"),
});
const mp4 = fc.record({ kind: fc.constant("mp4" as const), index: fc.nat(9999) });
const m3u8 = fc.record({ kind: fc.constant("playlist" as const), format: fc.constant("m3u8" as const), backup });
const mpd = fc.record({
  kind: fc.constant("playlist" as const),
  format: fc.constant("mpd" as const),
  backup: fc.constant(null),
});
const snapshot = fc.record({ kind: fc.constant("snapshot" as const), at: utc });
const segment = fc.record({
  kind: fc.constant("segment" as const),
  at: utc,
  container: fc.constantFrom("ts" as const, "webm" as const),
});
const webm = fc.record({
  kind: fc.constant("segment" as const),
  at: fc.tuple(fc.nat(9), fc.oneof(fc.nat(99_999).map(String), fc.constant("init"))).map((each) => each.join("_")),
  container: fc.constant("webm" as const),
});
const ts = fc.record({ kind: fc.constant("segment" as const), at: utc, container: fc.constant("ts" as const) });

type Ending = fc.Arbitrary<NameSuffix>;
function userParts(type: fc.Arbitrary<string | null>, ending: Ending): fc.Arbitrary<NameParts> {
  const track = fc.record({ uid, type }, plain);
  return fc.record({ failover, track, ending }).map(({ ending: suffix, ...parts }) => ({ ...parts, ...suffix }));
}
const whole: fc.Arbitrary<NameParts> = fc
  .record({ failover, ending: fc.oneof(m3u8, segment, mp4, audio) })
  .map(({ ending, ...parts }) => ({ ...parts, track: null, ...ending }));

/** What Agora writes in each mode. */
const PARTS = {
  individual: fc.oneof(
    userParts(fc.constantFrom("audio", "video"), fc.oneof(m3u8, segment, snapshot)),
    userParts(fc.constant("av"), fc.oneof(m3u8, mpd)),
    userParts(fc.constant(null), fc.oneof(mp4, audio)),
    whole,
  ),
  raw: fc.oneof(
    userParts(codec, fc.oneof(m3u8, mpd, ts, webm, mp4, audio)),
    userParts(fc.constant(null), fc.oneof(snapshot, mp4, audio)),
    whole,
  ),
  mix: whole,
  web: whole,
} satisfies Record<RecordingMode, unknown>;

describe("parse()", () => {
  for (const mode of RECORDING_MODES) {
    test(`finds every name of mode ${mode} again, however Agora spells the channel`, () => {
      fc.assert(
        fc.property(
          fc.stringMatching(/^[0-9A-Fa-f]{32}$/),
          channels,
          PARTS[mode],
          (id, { cname, spelled }, expected) => {
            const name = buildName({ base: `${id}_${spelled}`, ...expected });
            const { stem, base, ...read } = parseFileName(name, { sid: id, cname, mode }) ?? assert.fail(name);
            assert.deepEqual(read, expected);
            assert.equal(base, `${id}_${spelled}`);
            assert.ok(stem.includes(base));
            const documented = buildFileName({ sid: id, cname, mode }, expected);
            assert.notEqual(parseFileName(documented, { sid: id, cname, mode }), undefined);
          },
        ),
      );
    });
  }

  test("reads 20,000 names that begin like ours in linear time", () => {
    const cname = "一.".repeat(340) + "_".repeat(300);
    const reader = createNameReader({ sid, cname, mode: "web" });
    const hostile = [
      `${sid}_${"-".repeat(1900)}`,
      `${sid}_${"_0.mp4".repeat(300)}`,
      `${sid}_${"__uid_s_".repeat(240)}`,
    ];
    for (let index = 0; index < 20_000; index += 1) {
      assert.equal(reader.parse(`${hostile[index % 3]}${index}`), undefined);
    }
  });

  // The names of Agora's own documentation.
  const documented: NamingContext = { sid: "sid713476478245", cname: "cnameagora", mode: "individual" };
  for (const { name, recording = documented, expected } of [
    {
      name: "sid713476478245_cnameagora__uid_s_123__uid_e_video_22194679897_3.m3u8",
      expected: { kind: "playlist", backup: { tick: "22194679897", index: 3 }, track: { uid: "123", type: "video" } },
    },
    {
      name: "bak0_sid713476478245_cnameagora.m3u8",
      expected: { kind: "playlist", backup: null, failover: 0, track: null, base: "sid713476478245_cnameagora" },
    },
    {
      name: "972b2f73e8408e687e2819a2d9e70693_ride_17822__uid_s_1000__uid_e_video_20240203052751685.ts",
      recording: { sid: "972b2f73e8408e687e2819a2d9e70693", cname: "ride_17822", mode: "individual" } as const,
      expected: { kind: "segment", at: "20240203052751685", track: { uid: "1000", type: "video" } },
    },
    {
      name: `${sid}_room_2024_1.m3u8`,
      recording: { sid, cname: "room_2024_1", mode: "mix" } as const,
      expected: { kind: "playlist", backup: null, stem: `${sid}_room_2024_1` },
    },
    {
      name: `${sid}_my-room-1_0.mp4`,
      recording: { sid, cname: "my_room.1", mode: "web" } as const,
      expected: { kind: "mp4", index: 0 },
    },
  ]) {
    test(`reads ${name}`, () => assert.partialDeepStrictEqual(parseFileName(name, recording), expected));
  }

  for (const name of [
    `${sid}_httpClient4632245.m3u8`,
    `${sid.toUpperCase()}_httpClient463224.m3u8`,
    `bak3_${sid}_httpClient463224.m3u8`,
    `${sid}_httpClient463224_2024020305275168.ts`,
    `${sid}_httpClient463224_99999999.mp4`,
    `${sid}_httpClient463224_0.mp4.tmp`,
    `${sid}_httpClient463224_1.opus`,
    `432efaf2144e051bb32fb490db89c462_httpClient463224.m3u8`,
  ]) {
    test(`does not take ${name} for the recording's`, () => assert.equal(parseFileName(name, mix), undefined));
  }

  test("takes a channel's special characters literally, not as a pattern", () => {
    assert.equal(parseFileName(`${sid}_aXc.m3u8`, { sid, cname: "a.c", mode: "mix" }), undefined);
    assert.equal(parseFileName(`${sid}_aXc.m3u8`, { sid, cname: "a-c", mode: "mix" }), undefined);
  });

  test("gives the playlist and the segments of a codec one stem", () => {
    const stems = ["h264.m3u8", "20260701120000000_h264.ts", "0_h264.mp4"].map(
      (end) => parseFileName(`${sid}_room__uid_s_110__uid_e_${end}`, { sid, cname: "room", mode: "raw" })?.stem,
    );
    assert.deepEqual(new Set(stems), new Set([`${sid}_room__uid_s_110__uid_e_h264`]));
  });

  for (const end of ["720.m3u8", "audio.m3u8", "h264_20260701120000000.ts", "20260701120000000_h264.jpg"]) {
    test(`does not take ${end} for a file of mode raw`, () => {
      const name = `${sid}_room__uid_s_110__uid_e_${end}`;
      assert.equal(parseFileName(name, { sid, cname: "room", mode: "raw" }), undefined);
    });
  }
});

describe("parseNamed()", () => {
  test("reads a name that begins with another id than the sid, by the channel in it", () => {
    const recording: NamingContext = { sid, cname: "call_2024_1", mode: "mix" };
    assert.partialDeepStrictEqual(parseNamedFile("bak1_432efaf2_call_2024_1.m3u8", recording), {
      kind: "playlist",
      backup: null,
      failover: 1,
      base: "432efaf2_call_2024_1",
    });
  });

  test("takes everything before the ending for the stem when the channel is not in it", () => {
    assert.partialDeepStrictEqual(parseNamedFile("anything_0.mp4", mix), { kind: "mp4", index: 0, stem: "anything" });
  });

  test("leaves alone what has no ending of Agora's", () => {
    assert.equal(parseNamedFile("432efaf2_httpClient463224.mpd", mix), undefined);
  });
});

test("segmentStartMs() reads the moment in a segment's name as UTC, to the millisecond", () => {
  assert.equal(segmentStartMs("x_20190611073246073.ts"), Date.UTC(2019, 5, 11, 7, 32, 46, 73));
  assert.equal(segmentStartMs("x__uid_s_1__uid_e_20190611073246073_h264.ts"), Date.UTC(2019, 5, 11, 7, 32, 46, 73));
  assert.equal(segmentStartMs("x_1627613641393.ts"), 1_627_613_641_393);
  assert.equal(segmentStartMs("x_1627613641393_20190611073246073.ts"), Date.UTC(2019, 5, 11, 7, 32, 46, 73));
  assert.equal(segmentStartMs("x__uid_s_1__uid_e_0_12_vp8.webm"), undefined);
  assert.equal(segmentStartMs("x_20191311073246073.ts"), undefined);
  assert.equal(segmentStartMs("x_0.mp4"), undefined);
});
