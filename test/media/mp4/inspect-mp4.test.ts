import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { inspectMp4, type Mp4 } from "../../../src/media/mp4/inspect-mp4.ts";
import { askFfprobe, NO_FFMPEG, readMedia, sourceOf } from "../media.ts";

const PLAIN = ["plain.mp4", "faststart.mp4", "b-frames.mp4", "sound.m4a"];
const FRAGMENTED = ["fragmented.mp4", "empty-moov.mp4", "cmaf.mp4", "sidx.mp4"];

const inspect = (bytes: Uint8Array): Promise<Mp4> => inspectMp4(sourceOf(bytes));
const stateOf = async (bytes: Uint8Array): Promise<string> => (await inspect(bytes)).state.kind;

function uint32(...values: number[]): Buffer {
  return uint32s(values);
}

function uint32s(values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}

function box(type: string, ...content: Uint8Array[]): Uint8Array {
  const bytes = Buffer.concat(content);
  return Buffer.concat([uint32(8 + bytes.length), Buffer.from(type, "latin1"), bytes]);
}

/** The top-level boxes of a file, by type, in the order of the file. */
function topLevel(bytes: Uint8Array): { type: string; at: number; end: number }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const boxes = [];
  for (let at = 0; at < bytes.length; at += view.getUint32(at)) {
    const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString("latin1");
    boxes.push({ type, at, end: at + view.getUint32(at) });
  }
  return boxes;
}

function place(bytes: Uint8Array, type: string) {
  const found = topLevel(bytes).find((candidate) => candidate.type === type);
  assert.ok(found);
  return found;
}

const FTYP = box("ftyp", Buffer.from("isom0000"));

/** A movie of one track of sound, of which every sample is a chunk of its own behind the movie. */
function movieOf(samples: number, { large = false } = {}): { head: Uint8Array; sizeBytes: number } {
  const offsets = (first: number) =>
    Array.from({ length: samples }, (_, index) => (large ? [0, first + 10 * index] : [first + 10 * index]));
  const moov = (first: number) =>
    box(
      "moov",
      box("mvhd", uint32(0, 0, 0, 1000, samples), Buffer.alloc(80)),
      box(
        "trak",
        box("tkhd", uint32(0, 0, 0, 7, 0, 0), Buffer.alloc(60)),
        box(
          "mdia",
          box("mdhd", uint32(0, 0, 0, 1000, samples, 0)),
          box("hdlr", uint32(0, 0), Buffer.from("soun"), Buffer.alloc(12)),
          box(
            "minf",
            box(
              "stbl",
              box("stsd", uint32(0, 1, 16), Buffer.from("mp4a"), Buffer.alloc(8)),
              box("stts", uint32(0, 1, samples, 1)),
              box("stsc", uint32(0, 1, 1, 1, 1)),
              box("stsz", uint32(0, 0, samples), uint32s(Array.from({ length: samples }, () => 10))),
              box(large ? "co64" : "stco", uint32(0, samples), uint32s(offsets(first).flat())),
            ),
          ),
        ),
      ),
    );
  const first = FTYP.length + moov(0).length + 8;
  const head = Buffer.concat([FTYP, moov(first), uint32(8 + 10 * samples), Buffer.from("mdat")]);
  return { head, sizeBytes: head.length + 10 * samples };
}

const small = (options = {}) => {
  const { head, sizeBytes } = movieOf(100, options);
  return Buffer.concat([head, Buffer.alloc(sizeBytes - head.length)]);
};

describe("inspectMp4()", () => {
  for (const name of [...PLAIN, ...FRAGMENTED]) {
    test(`agrees with ffprobe on ${name}, and reads little of its media`, { skip: NO_FFMPEG }, async () => {
      const bytes = await readMedia(name);
      const { format, streams } = await askFfprobe(name);
      const { state, durationSeconds, isFragmented, tracks } = await inspect(bytes);
      assert.deepEqual({ state, isFragmented }, { state: { kind: "whole" }, isFragmented: FRAGMENTED.includes(name) });
      assert.ok(Math.abs((durationSeconds ?? 0) - Number(format.duration)) < 0.1);
      assert.deepEqual(
        tracks.map(({ kind, sampleCount }) => [kind, sampleCount]),
        streams.map(({ codec_type, nb_read_packets }) => [codec_type, Number(nb_read_packets)]),
      );
      for (const [index, track] of tracks.entries()) {
        assert.ok(Math.abs(track.durationSeconds - Number(streams[index]?.duration)) < 0.1, `track ${index}`);
        assert.equal(track.gapSeconds, 0);
      }
    });
  }

  for (const large of [false, true]) {
    test(`follows chunk offsets of ${large ? 64 : 32} bits`, async () => {
      const { state, tracks } = await inspect(small({ large }));
      assert.deepEqual(state, { kind: "whole" });
      const [track] = tracks;
      assert.partialDeepStrictEqual(track, {
        id: 7,
        kind: "audio",
        codec: "mp4a",
        durationSeconds: 0.1,
        sampleCount: 100,
      });
    });
  }

  test("proves a movie of a million samples with pieces of its tables", async () => {
    const { head, sizeBytes } = movieOf(1_000_000);
    let largest = 0;
    const read = async (first: number, length: number) => {
      largest = Math.max(largest, length);
      return head.subarray(first, first + length);
    };
    const { state, durationSeconds } = await inspectMp4({ sizeBytes, read });
    assert.deepEqual({ state, durationSeconds }, { state: { kind: "whole" }, durationSeconds: 1000 });
    assert.ok(largest <= 256 * 1024, `${largest} bytes at once`);
  });

  for (const name of PLAIN) {
    test(`finds ${name} damaged without its media, or with another end`, { skip: NO_FFMPEG }, async () => {
      const bytes = await readMedia(name);
      const media = place(bytes, "mdat");
      const without = Buffer.concat([bytes.subarray(0, media.at), bytes.subarray(media.end)]);
      const empty = Buffer.concat([bytes.subarray(0, media.at), box("mdat"), bytes.subarray(media.end)]);
      assert.deepEqual([await stateOf(without), await stateOf(empty)], ["damaged", "damaged"]);
      for (const share of [0.3, 0.6, 0.99]) {
        assert.equal(await stateOf(bytes.subarray(0, bytes.length * share)), "damaged", `cut at ${share}`);
      }
    });
  }

  test("finds a faststart file damaged whose open-ended media were cut", { skip: NO_FFMPEG }, async () => {
    const bytes = Uint8Array.from(await readMedia("faststart.mp4"));
    const { at } = place(bytes, "mdat");
    bytes.set([0, 0, 0, 0], at);
    assert.equal(await stateOf(bytes), "whole");
    assert.equal(await stateOf(bytes.subarray(0, at + 100)), "damaged");
  });

  test("tells an MP4 that is still written from one that is damaged", { skip: NO_FFMPEG }, async () => {
    const bytes = Uint8Array.from(await readMedia("plain.mp4"));
    const media = place(bytes, "mdat");
    assert.equal(await stateOf(bytes.subarray(0, media.end)), "no-movie");
    bytes.set([0, 0, 0, 0], media.at);
    assert.equal(await stateOf(bytes.subarray(0, media.at + 5000)), "unfinished");
    assert.equal(await stateOf(bytes.subarray(0, media.at)), "unfinished");
    const fragmented = await readMedia("empty-moov.mp4");
    assert.equal(await stateOf(fragmented.subarray(0, place(fragmented, "moof").at)), "unfinished");
  });

  for (const name of FRAGMENTED) {
    test(`finds what is missing of ${name}`, { skip: NO_FFMPEG }, async () => {
      const bytes = await readMedia(name);
      const moofs = topLevel(bytes).filter(({ type }) => type === "moof");
      const [, second, third] = moofs;
      assert.ok(second && third);
      const gap = await inspect(Buffer.concat([bytes.subarray(0, second.at), bytes.subarray(third.at)]));
      // Where an index names more bytes than are there, that says it; else the times do.
      if (gap.state.kind === "whole") assert.ok(gap.tracks.some(({ gapSeconds }) => gapSeconds > 1.5));
      else assert.equal(gap.state.kind, "damaged");
      assert.equal(await stateOf(bytes.subarray(0, second.at + 5000)), "damaged");
    });
  }

  test("takes boxes in any order", async () => {
    const bytes = small();
    const moov = place(bytes, "moov");
    const [type, movie, media] = [
      bytes.subarray(0, moov.at),
      bytes.subarray(moov.at, moov.end),
      bytes.subarray(moov.end),
    ];
    const free = box("free", Buffer.alloc(movie.length - 8));
    assert.equal(await stateOf(Buffer.concat([type, free, media, movie, box("free")])), "whole");
    assert.equal(await stateOf(Buffer.concat([type, media, movie])), "damaged");
  });

  test("takes thousands of boxes", async () => {
    assert.equal(await stateOf(Buffer.concat([small(), ...Array.from({ length: 5000 }, () => box("free"))])), "whole");
  });

  for (const { what, bytes } of [
    { what: "nothing", bytes: new Uint8Array() },
    { what: "a text", bytes: Buffer.from("<?xml version='1.0'?><Error/>") },
    { what: "a QuickTime picture without a type", bytes: box("moov", box("mvhd", Buffer.alloc(100))) },
  ]) {
    test(`takes ${what} for no MP4`, async () => assert.equal(await stateOf(bytes), "not-mp4"));
  }

  test("never throws and ends on any damage", async () => {
    const bytes = small();
    const byte = fc.integer({ min: 0, max: bytes.length });
    const values = fc.uint8Array({ minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(byte, values, byte, async (at, replacement, end) => {
        const copy = Uint8Array.from(bytes);
        copy.set(replacement.subarray(0, copy.length - at), at);
        await inspect(copy.subarray(0, Math.max(end, 1)));
        await inspect(copy);
      }),
      { numRuns: 500 },
    );
  });

  test("never throws and ends on damaged fragments", { skip: NO_FFMPEG }, async () => {
    const bytes = await readMedia("fragmented.mp4");
    const { at, end } = place(bytes, "moof");
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: at, max: end }),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (first, values) => {
          const copy = Uint8Array.from(bytes);
          copy.set(values, first);
          await inspect(copy);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("takes any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), fc.uint8Array(), async (start, end) => {
        await inspect(start);
        await inspect(Buffer.concat([FTYP, box("moov", start), end]));
        await inspect(
          Buffer.concat([FTYP, box("moov", box("trak", start), box("mvex", end)), box("moof", box("traf", end))]),
        );
      }),
    );
  });
});
