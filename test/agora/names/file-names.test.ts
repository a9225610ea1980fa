import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import {
  buildFileName,
  parseFileName,
  parseNamedFile,
  segmentStartMs,
  type NameParts,
  type NamingContext,
} from "../../../src/agora/names/file-names.ts";

const sid = "38f8e3cfdc474cd56fc1ceba380d7e1a";
const mix: NamingContext = { sid, cname: "httpClient463224", mode: "mix" };

const digits = (count: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count }).map((each) => each.join(""));
const plain = { noNullPrototype: true } as const;
const recordings: fc.Arbitrary<NamingContext> = fc.record({
  sid: fc.stringMatching(/^[0-9A-Fa-f]{32}$/),
  cname: fc.stringMatching(/^[A-Za-z0-9 !#$%&()+:;<=.>?@[\]^_{|}~,-]{1,64}$/),
  mode: fc.constantFrom("individual", "mix", "web"),
});
const parts: fc.Arbitrary<NameParts> = fc
  .record({
    failover: fc.constantFrom(null, 0, 1, 2),
    track: fc.option(
      fc.record(
        { uid: fc.stringMatching(/^[A-Za-z0-9_.-]{1,20}$/), type: fc.constantFrom("audio", "video", "av") },
        plain,
      ),
    ),
    ending: fc.oneof(
      fc.record({
        kind: fc.constant("playlist"),
        backup: fc.option(fc.record({ tick: digits(11), index: fc.nat(999) }, plain)),
      }),
      fc.record({ kind: fc.constant("segment"), utc: digits(17), container: fc.constantFrom("ts", "webm") }),
      fc.record({ kind: fc.constant("mp4"), index: fc.nat(9999) }),
      fc.record({ kind: fc.constant("snapshot"), utc: digits(17) }),
    ),
  })
  .map(({ failover, track, ending }) => ({ failover, track, ...ending }));

describe("parseFileName()", () => {
  test("reads back every name that buildFileName() builds, whatever the channel contains", () => {
    fc.assert(
      fc.property(recordings, parts, (recording, expected) => {
        const { stem, base, ...read } = parseFileName(buildFileName(recording, expected), recording) ?? assert.fail();
        assert.deepEqual(read, expected);
        assert.ok(buildFileName(recording, expected).startsWith(stem));
        assert.ok(stem.includes(base) && base.startsWith(recording.sid));
      }),
    );
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
      expected: { kind: "segment", utc: "20240203052751685", track: { uid: "1000", type: "video" } },
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
    `432efaf2144e051bb32fb490db89c462_httpClient463224.m3u8`,
  ]) {
    test(`does not take ${name} for the recording's`, () => assert.equal(parseFileName(name, mix), undefined));
  }

  test("takes a channel's special characters literally, not as a pattern", () => {
    assert.equal(parseFileName(`${sid}_aXc.m3u8`, { sid, cname: "a.c", mode: "mix" }), undefined);
    assert.equal(parseFileName(`${sid}_a-c.m3u8`, { sid, cname: "a.c", mode: "mix" }), undefined);
  });
});

describe("parseNamedFile()", () => {
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
  assert.equal(segmentStartMs("x_20191311073246073.ts"), undefined);
  assert.equal(segmentStartMs("x_0.mp4"), undefined);
});
