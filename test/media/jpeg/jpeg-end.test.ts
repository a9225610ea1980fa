import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { inspectJpeg } from "../../../src/media/jpeg/jpeg-end.ts";
import { NO_FFMPEG, readMedia, sourceOf } from "../media.ts";

const stateOf = async (bytes: Uint8Array) => (await inspectJpeg(sourceOf(bytes))).kind;

/** The picture with a whole small picture in an Exif segment, as cameras write it. */
function withThumbnail(picture: Uint8Array): Uint8Array {
  const thumbnail = Buffer.concat([Buffer.of(0xff, 0xd8, 0xff, 0xdb), Buffer.alloc(300), Buffer.of(0xff, 0xd9)]);
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), thumbnail]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(2 + exif.length);
  return Buffer.concat([picture.subarray(0, 2), Buffer.of(0xff, 0xe1), length, exif, picture.subarray(2)]);
}

describe("inspectJpeg()", () => {
  test("takes a picture for whole, padded or not, and with a thumbnail", { skip: NO_FFMPEG }, async () => {
    const picture = await readMedia("picture.jpg");
    for (const bytes of [picture, Buffer.concat([picture, Buffer.alloc(500)]), withThumbnail(picture)]) {
      assert.equal(await stateOf(bytes), "whole");
    }
  });

  test("finds a cut anywhere, behind a thumbnail too", { skip: NO_FFMPEG }, async () => {
    for (const bytes of [await readMedia("picture.jpg"), withThumbnail(await readMedia("picture.jpg"))]) {
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 3, max: bytes.length - 2 }), async (length) => {
          assert.equal(await stateOf(bytes.subarray(0, length)), "damaged");
        }),
      );
    }
  });

  test("finds a cut just behind the thumbnail", { skip: NO_FFMPEG }, async () => {
    assert.equal(await stateOf(withThumbnail(await readMedia("picture.jpg")).subarray(0, 342)), "damaged");
  });

  test("takes any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (bytes) => {
        await stateOf(bytes);
        await stateOf(Buffer.concat([Buffer.of(0xff, 0xd8, 0xff), bytes]));
      }),
    );
  });
});
