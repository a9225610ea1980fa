import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";

import { mp4MediaName, readMedia } from "../../../src/emulator/recording/media.ts";
import { readMp4Boxes } from "../../../src/media/mp4/boxes.ts";

async function walk(bytes: Uint8Array, claimedBytes = bytes.length) {
  let reads = 0;
  let readBytes = 0;
  const read = async (first: number, length: number) => {
    assert.ok(first >= 0 && first < claimedBytes && length > 0);
    reads += 1;
    readBytes += length;
    return bytes.subarray(first, first + length);
  };
  const movie = await readMp4Boxes({ sizeBytes: claimedBytes, read });
  return { ...movie, reads, readBytes };
}

function box(type: string, content: Uint8Array = new Uint8Array()): Uint8Array {
  return Buffer.concat([uint32(8 + content.length), Buffer.from(type, "latin1"), content]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** `mvhd` of version 1: 64-bit times. */
function longHeader(timescale: number, duration: bigint): Uint8Array {
  const content = Buffer.alloc(108);
  content.writeUInt8(1, 0);
  content.writeUInt32BE(timescale, 20);
  content.writeBigUInt64BE(duration, 24);
  return box("mvhd", content);
}

const fileType = box("ftyp", Buffer.from("isom0000"));
const movie = box("moov", longHeader(1000, 12_500n));

describe("readMp4Boxes()", () => {
  test("reads ffmpeg's MP4 whole without its media", async () => {
    const bytes = await readMedia(mp4MediaName(0));
    const { durationSeconds, readBytes, reads: _, ...found } = await walk(bytes);
    assert.deepEqual(found, { hasFileType: true, hasMovie: true, flaw: null });
    assert.ok(Math.abs((durationSeconds ?? 0) - 11.52) < 0.1);
    assert.ok(readBytes < 2000);
  });

  test("finds the flaw of an MP4 that was cut anywhere behind its first box", async () => {
    const bytes = await readMedia(mp4MediaName(0));
    for (const length of [33, 1000, bytes.length - 1]) {
      assert.notEqual((await walk(bytes.subarray(0, length))).flaw, null, `${length} bytes`);
    }
  });

  test("reads 64-bit sizes and 64-bit durations", async () => {
    const media = Buffer.concat([uint32(1), Buffer.from("mdat"), uint32(0), uint32(20), Buffer.alloc(4)]);
    assert.partialDeepStrictEqual(await walk(Buffer.concat([fileType, media, movie])), {
      hasMovie: true,
      durationSeconds: 12.5,
      flaw: null,
    });
  });

  test("takes a size of 0 as reaching to the end", async () => {
    const media = Buffer.concat([uint32(0), Buffer.from("mdat"), Buffer.alloc(500)]);
    assert.partialDeepStrictEqual(await walk(Buffer.concat([fileType, movie, media])), { flaw: null, reads: 3 });
  });

  for (const [what, bytes] of [
    ["a size smaller than the header", Buffer.concat([fileType, uint32(7), Buffer.from("mdat")])],
    [
      "a 64-bit size smaller than the header",
      Buffer.concat([fileType, uint32(1), Buffer.from("mdat"), uint32(0), uint32(15)]),
    ],
    [
      "a 64-bit size beyond every file",
      Buffer.concat([fileType, uint32(1), Buffer.from("mdat"), Buffer.alloc(8, 0xff)]),
    ],
    ["a box that ends behind the file", Buffer.concat([fileType, uint32(9), Buffer.from("mdat")])],
    ["some bytes behind the last box", Buffer.concat([fileType, movie, Buffer.alloc(7)])],
    ["zeros", Buffer.alloc(100)],
  ] as const) {
    test(`names the flaw of ${what}`, async () => {
      assert.notEqual((await walk(bytes)).flaw, null);
    });
  }

  test("gives up after a bounded number of boxes", async () => {
    const { flaw, reads } = await walk(Buffer.concat(Array.from({ length: 3000 }, () => box("free"))));
    assert.deepEqual({ flaw, reads }, { flaw: "more than 2000 boxes", reads: 2000 });
  });

  test("takes an unknown duration or a timescale of 0 for none", async () => {
    for (const header of [longHeader(1000, 2n ** 64n - 1n), longHeader(0, 5n), box("mvhd"), box("trak")]) {
      assert.partialDeepStrictEqual(await walk(box("moov", header)), { hasMovie: true, durationSeconds: null });
    }
  });

  test("never throws or begins to read outside the file, whatever the bytes and the size", async () => {
    const part = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.constantFrom("ftyp", "moov", "mvhd", "mdat").map((type) => Buffer.from(type)),
      fc.integer({ min: 0, max: 40 }).map(uint32),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 30 }), fc.nat(50), async (parts, missing) => {
        const bytes = Buffer.concat(parts);
        const { durationSeconds } = await walk(bytes, bytes.length + missing);
        assert.ok(durationSeconds === null || durationSeconds >= 0);
      }),
    );
  });
});
