import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { inspectWebm } from "../../../src/media/webm/inspect-webm.ts";
import { askFfprobe, NO_FFMPEG, readMedia, sourceOf } from "../media.ts";

const FILES = ["vp8.webm", "vp9.webm", "sound.webm", "live.webm", "h264.mkv"];
const CLUSTER = Buffer.of(0x1f, 0x43, 0xb6, 0x75);
const inspect = (bytes: Uint8Array) => inspectWebm(sourceOf(bytes));

describe("inspectWebm()", () => {
  for (const name of FILES) {
    test(`agrees with ffprobe on ${name}`, { skip: NO_FFMPEG }, async () => {
      const { format, streams } = await askFfprobe(name);
      const { state, hasHeader, tracks, durationSeconds, playedSeconds } = await inspect(await readMedia(name));
      assert.deepEqual({ state, hasHeader }, { state: { kind: "whole" }, hasHeader: true });
      assert.deepEqual(
        tracks.map(({ kind }) => kind),
        streams.map(({ codec_type }) => codec_type),
      );
      assert.equal(durationSeconds, format.duration === undefined ? null : Number(format.duration));
      assert.ok(Math.abs((playedSeconds ?? 0) - 15) < 0.1);
    });

    test(`finds ${name} damaged when it is cut`, { skip: NO_FFMPEG }, async () => {
      const bytes = await readMedia(name);
      for (const share of [0.1, 0.5, 0.9, 0.999]) {
        const { state } = await inspect(bytes.subarray(0, bytes.length * share));
        assert.equal(state.kind, "damaged", `at ${share}`);
      }
    });
  }

  test("reads the two parts that DASH makes of one: the header, and a cluster", { skip: NO_FFMPEG }, async () => {
    const bytes = Buffer.from(await readMedia("live.webm"));
    const first = bytes.indexOf(CLUSTER);
    const [header, media] = [await inspect(bytes.subarray(0, first)), await inspect(bytes.subarray(first))];
    assert.partialDeepStrictEqual(header, {
      state: { kind: "whole" },
      hasHeader: true,
      clusters: 0,
      playedSeconds: null,
    });
    assert.partialDeepStrictEqual(media, { state: { kind: "whole" }, hasHeader: false, tracks: [] });
    assert.ok(Math.abs((media.playedSeconds ?? 0) - 15) < 0.1);
  });

  for (const { what, bytes } of [
    { what: "nothing", bytes: new Uint8Array() },
    { what: "a text", bytes: Buffer.from("<?xml version='1.0'?>") },
    { what: "zeros", bytes: new Uint8Array(1000) },
  ]) {
    test(`takes ${what} for no WebM`, async () => assert.deepEqual((await inspect(bytes)).state, { kind: "not-webm" }));
  }

  test("never throws and ends, whatever was damaged", { skip: NO_FFMPEG }, async () => {
    const bytes = await readMedia("sound.webm");
    const at = fc.integer({ min: 0, max: bytes.length - 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(at, fc.integer({ min: 0, max: 600 })),
        fc.uint8Array({ maxLength: 8 }),
        async (place, values) => {
          const copy = Uint8Array.from(bytes);
          copy.set(values, place);
          await inspect(copy);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("takes any bytes", async () => {
    const starts = [Buffer.of(0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0xff), CLUSTER, Buffer.alloc(0)];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...starts), fc.uint8Array(), async (start, bytes) => {
        await inspect(Buffer.concat([start, bytes]));
      }),
    );
  });
});
