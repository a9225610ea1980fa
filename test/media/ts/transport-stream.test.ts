import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";

import { mp4MediaName, readMedia, segmentMediaName, type SegmentKind } from "../../../src/emulator/recording/media.ts";
import {
  isTransportStream,
  ptsSpanSeconds,
  readPresentationTimes,
  secondsBetween,
  watchPackets,
} from "../../../src/media/ts/transport-stream.ts";

/** A packet that begins a video PES with this PTS, behind an adaptation field. */
function packet(pts: bigint): Uint8Array {
  const bytes = new Uint8Array(188).fill(0xff);
  bytes.set([0x47, 0x41, 0x00, 0x30, 0x01, 0x00]);
  bytes.set([0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5], 6);
  const [high, middle, low] = [pts >> 30n, (pts >> 15n) & 0x7fffn, pts & 0x7fffn].map((group) => Number(group));
  assert.ok(high !== undefined && middle !== undefined && low !== undefined);
  const view = new DataView(bytes.buffer, 15);
  view.setUint8(0, 0x21 | (high << 1));
  view.setUint16(1, (middle << 1) | 1);
  view.setUint16(3, (low << 1) | 1);
  return bytes;
}

function ticks(bytes: Uint8Array): number[] {
  return readPresentationTimes(bytes).map((time) => time.ticks);
}

async function sounds(kind: SegmentKind): Promise<boolean[]> {
  return readPresentationTimes(await readMedia(segmentMediaName(kind, 0))).map(({ isAudio }) => isAudio);
}

describe("isTransportStream()", () => {
  test("knows ffmpeg's segments, and not its MP4 or text", async () => {
    assert.equal(isTransportStream(await readMedia(segmentMediaName("mix", 0))), true);
    assert.equal(isTransportStream(await readMedia(mp4MediaName(0))), false);
    assert.equal(isTransportStream(Buffer.from("G".padEnd(600, "x"))), false);
    assert.equal(isTransportStream(new Uint8Array()), false);
  });
});

describe("readPresentationTimes()", () => {
  for (const kind of ["mix", "audio", "video"] as const) {
    test(`finds the times of a segment of ${kind}, which go on in the next one`, async () => {
      const [first, second] = [
        ticks(await readMedia(segmentMediaName(kind, 0))),
        ticks(await readMedia(segmentMediaName(kind, 1))),
      ];
      // A PES packet may hold several frames, so what is seen ends some frames before the segment's 1.92 s.
      assert.ok(Math.abs((ptsSpanSeconds(first) ?? 0) - 1.92) < 0.5, `${ptsSpanSeconds(first)}`);
      assert.ok(Math.abs(secondsBetween(first[0] ?? 0, second[0] ?? 0) - 1.92) < 0.2);
    });
  }

  test("tells sound from pictures", async () => {
    assert.ok((await sounds("audio")).every((isAudio) => isAudio));
    assert.ok((await sounds("video")).every((isAudio) => !isAudio));
    assert.deepEqual(new Set(await sounds("mix")), new Set([true, false]));
  });

  test("reads all 33 bits", () => {
    for (const pts of [0n, 1n, 2n ** 15n, 2n ** 30n, 2n ** 32n + 12345n, 2n ** 33n - 1n]) {
      assert.deepEqual(readPresentationTimes(packet(pts)), [{ ticks: Number(pts), isAudio: false }]);
    }
  });

  test("finds nothing in a scrambled packet, and none in half a packet", () => {
    const scrambled = packet(90_000n);
    scrambled[3] = 0xb0;
    assert.deepEqual(readPresentationTimes(scrambled), []);
    assert.deepEqual(readPresentationTimes(packet(90_000n).subarray(0, 187)), []);
  });

  test("never throws, and finds only times of 33 bits, whatever the bytes", () => {
    const almostPacket = fc
      .uint8Array({ minLength: 184, maxLength: 184 })
      .map((content) => Buffer.from([0x47, 0x40, 0x00, 0x30, ...content]));
    const almostStream = fc.array(almostPacket).map((packets) => Uint8Array.from(Buffer.concat(packets)));
    fc.assert(
      fc.property(fc.oneof(almostStream, fc.uint8Array({ maxLength: 1000 })), (garbage) => {
        isTransportStream(garbage);
        for (const time of ticks(garbage)) assert.ok(time >= 0 && time < 2 ** 33);
      }),
    );
  });
});

describe("watchPackets()", () => {
  test("finds the first packet that does not begin as one, however the bytes come in pieces", async () => {
    const sound = await readMedia(segmentMediaName("mix", 0));
    const broken = Uint8Array.from(sound).fill(0, 188 * 20, 188 * 22);
    for (const size of [1, 187, 188, 189, 1000, sound.length]) {
      const [whole, holed] = [watchPackets(), watchPackets()];
      for (let at = 0; at < sound.length; at += size) {
        whole.take(sound.subarray(at, at + size));
        holed.take(broken.subarray(at, at + size));
      }
      assert.equal(whole.brokenAt(), undefined);
      assert.equal(holed.brokenAt(), 188 * 20);
    }
  });
});

describe("secondsBetween()", () => {
  test("goes on across the wrap of the 33-bit counter", () => {
    assert.equal(secondsBetween(2 ** 33 - 45_000, 45_000), 1);
    assert.equal(secondsBetween(45_000, 2 ** 33 - 45_000), -1);
  });
});

describe("ptsSpanSeconds()", () => {
  test("takes the latest picture, not the last one, and knows nothing of nothing", () => {
    assert.equal(ptsSpanSeconds([90_000, 270_000, 180_000]), 2);
    assert.equal(ptsSpanSeconds([]), undefined);
  });
});
