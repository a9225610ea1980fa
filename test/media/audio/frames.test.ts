import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { ADTS, type FrameFormat, MP3 } from "../../../src/media/audio/frame-format.ts";
import { type FrameWalk, FrameWalker } from "../../../src/media/audio/frame-walker.ts";
import { probeFrames } from "../../../src/media/audio/probe-frames.ts";
import { askFfprobe, NO_FFMPEG, readMedia, sourceOf } from "../media.ts";

function walk(format: FrameFormat, ...chunks: Uint8Array[]): FrameWalk {
  const walker = new FrameWalker(format);
  for (const chunk of chunks) walker.take(chunk);
  return walker.finish();
}

const FILES = [
  { name: "cbr.mp3", format: MP3, counted: true },
  { name: "vbr.mp3", format: MP3, counted: true },
  { name: "bare.mp3", format: MP3, counted: false },
  { name: "sound.aac", format: ADTS, counted: false },
];

for (const { name, format, counted } of FILES) {
  describe(`of ${name}`, { skip: NO_FFMPEG }, () => {
    test("every frame is found, as ffprobe finds them", async () => {
      const { streams } = await askFfprobe(name);
      const packets = Number(streams[0]?.nb_read_packets);
      const found = walk(format, await readMedia(name));
      assert.partialDeepStrictEqual(found, { frames: packets, lostAt: null, missingBytes: 0 });
      assert.equal(found.expectedFrames, counted ? packets : null);
      assert.ok(Math.abs(found.durationSeconds - 15) < 0.1);
    });

    test("the same is found in chunks of any size", async () => {
      const bytes = await readMedia(name);
      const whole = walk(format, bytes);
      fc.assert(
        fc.property(fc.integer({ min: 1, max: 2000 }), (size) => {
          const count = Math.ceil(bytes.length / size);
          const chunks = Array.from({ length: count }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
          assert.deepEqual(walk(format, ...chunks), whole);
        }),
        { numRuns: 10 },
      );
    });

    test("a cut and a hole are found", async () => {
      const bytes = await readMedia(name);
      const cut = walk(format, bytes.subarray(0, bytes.length * 0.6 + 1));
      assert.ok(cut.missingBytes > 0 || cut.lostAt !== null);
      const hole = walk(format, bytes.subarray(0, 30_001), bytes.subarray(40_003));
      assert.ok(hole.lostBytes > 0);
      if (counted) for (const { frames, expectedFrames } of [cut, hole]) assert.ok(frames < (expectedFrames ?? 0));
    });

    test("a long file is read at its two ends", async () => {
      const bytes = await readMedia(name);
      const long = Buffer.concat([bytes, ...Array.from({ length: 200 }, () => bytes)]);
      const source = sourceOf(long);
      const { durationSeconds, isEstimated, walk: seen } = await probeFrames(source, format);
      assert.ok(isEstimated && source.readBytes() <= 256 * 1024);
      // The count of the first frame is that of one of the two hundred.
      if (!counted) assert.ok(Math.abs(durationSeconds / 201 - 15) < 1.5, `${durationSeconds} s`);
      assert.equal(seen.missingBytes, 0);
      const cut = await probeFrames(sourceOf(long.subarray(0, long.length - 50)), format);
      assert.ok(cut.walk.missingBytes > 0);
    });
  });
}

test("FrameWalker passes over the tags in front and behind", { skip: NO_FFMPEG }, async () => {
  const bytes = await readMedia("bare.mp3");
  const front = Buffer.concat([Buffer.from("ID3\x04\0\0\0\0\x02\x01", "latin1"), Buffer.alloc(257, 0xff)]);
  const behind = Buffer.concat([Buffer.from("TAG"), Buffer.alloc(125, 0xff)]);
  assert.deepEqual(walk(MP3, front, bytes, behind), walk(MP3, bytes));
});

test("FrameWalker takes any bytes", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), fc.constantFrom(MP3, ADTS), (chunks, format) => {
      const { lostBytes } = walk(format, Buffer.of(0xff, 0xfb, 0x90), ...chunks);
      assert.ok(lostBytes <= 3 + chunks.reduce((sum, { length }) => sum + length, 0));
    }),
  );
});
