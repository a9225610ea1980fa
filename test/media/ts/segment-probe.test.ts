import assert from "node:assert/strict";
import { before, describe, test } from "node:test";

import * as fc from "fast-check";

import { RATES, SEGMENT_SECONDS } from "../../../dev/media/recipes.ts";
import { judgeSegmentMedia } from "../../../src/checks/segment-media.ts";
import { PacketScanner } from "../../../src/media/ts/packet-scanner.ts";
import { wholeMedia } from "../../../src/media/ts/segment-media.ts";
import { probeTransportStream } from "../../../src/media/ts/segment-probe.ts";
import { NO_FFMPEG, readMedia, sourceOf } from "../media.ts";
import { blank, type Packet, packetsOf, remove, zero } from "./damage.ts";

const END = SEGMENT_SECONDS - 1;
const CONTENTS = ["noise", "moving", "still"].flatMap((content) => RATES.map((rate) => `${content}-${rate}k.mpegts`));

const isLast = ({ seconds }: Packet) => seconds >= END;
const isMiddle = ({ seconds }: Packet) => seconds >= 4 && seconds < 11.5;

async function probe(bytes: Uint8Array): Promise<string[]> {
  const { media } = await probeTransportStream(sourceOf(bytes));
  return media === null ? ["no-stream"] : judgeSegmentMedia(media, SEGMENT_SECONDS).map(({ rule }) => rule);
}

function hash(bytes: Uint8Array): string[] {
  const scanner = new PacketScanner();
  scanner.take(bytes);
  return judgeSegmentMedia(wholeMedia(scanner.scan), SEGMENT_SECONDS).map(({ rule }) => rule);
}

for (const name of CONTENTS) {
  describe(`of ${name}`, { skip: NO_FFMPEG }, () => {
    let bytes: Uint8Array;
    let packets: Packet[];
    before(async () => {
      bytes = await readMedia(name);
      packets = packetsOf(bytes);
    });

    test("nothing is found while it is whole", async () => {
      assert.deepEqual(await probe(bytes), []);
      assert.deepEqual(hash(bytes), []);
    });

    for (const { end, part } of [
      { end: "first", part: ({ seconds }: Packet) => seconds < 1 },
      { end: "last", part: isLast },
    ]) {
      test(`the probe finds that the ${end} second is missing, or null packets`, async () => {
        assert.deepEqual(await probe(remove(packets, part)), ["too-short"]);
        assert.deepEqual(await probe(blank(packets, part)), ["too-short"]);
      });
    }

    for (const { stream, pid, rule } of [
      { stream: "pictures", pid: 256, rule: "pictures-short" },
      { stream: "sound", pid: 257, rule: "sound-short" },
    ]) {
      test(`the probe finds that ${stream} lack the first or the last second`, async () => {
        assert.deepEqual(await probe(blank(packets, (packet) => packet.pid === pid && packet.seconds >= END)), [rule]);
        assert.deepEqual(await probe(blank(packets, (packet) => packet.pid === pid && packet.seconds < 1)), [rule]);
      });
    }

    test("every packet shows a hole of a second anywhere", () => {
      for (const from of [3, 7.7, 11]) {
        const hole = ({ seconds }: Packet) => seconds >= from && seconds < from + 1;
        assert.ok(hash(remove(packets, hole)).includes("packets-missing"), `removed at ${from} s`);
        assert.ok(hash(blank(packets, hole)).includes("packets-missing"), `null packets at ${from} s`);
        assert.ok(hash(zero(packets, hole)).includes("sync-lost"), `zeros at ${from} s`);
      }
    });

    test("the probe finds that half of it is missing in the middle, or overwritten", async () => {
      // A counter of four bits may happen to go on behind a hole, but the times do not.
      assert.ok((await probe(remove(packets, isMiddle))).includes("sound-gap"));
      assert.ok((await probe(blank(packets, isMiddle))).includes("sound-gap"));
      assert.ok((await probe(zero(packets, isMiddle))).includes("sync-lost"));
    });
  });
}

describe("probeTransportStream()", { skip: NO_FFMPEG }, () => {
  for (const name of ["noise-1200k.mpegts", "moving-1200k.mpegts", "moving-5000k.mpegts", "opus.mpegts"]) {
    test(`reads at most a tenth of ${name}`, async () => {
      const bytes = await readMedia(name);
      const source = sourceOf(bytes);
      await probeTransportStream(source);
      assert.ok(source.readBytes() <= bytes.length / 10, `${source.readBytes()} of ${bytes.length}`);
    });
  }

  test("finds nothing where a writer does not count the packets of its tables", async () => {
    const bytes = Uint8Array.from(await readMedia("moving-500k.mpegts"));
    for (const { bytes: packet, pid } of packetsOf(bytes)) if (pid < 256) packet[3] = (packet[3] ?? 0) & 0xf0;
    assert.deepEqual(await probe(bytes), []);
    assert.deepEqual(hash(bytes), []);
  });

  for (const { name, rules } of [
    { name: "h265.mpegts", rules: [] },
    { name: "b-frames.mpegts", rules: [] },
    { name: "mp3.mpegts", rules: [] },
    { name: "opus.mpegts", rules: [] },
    { name: "latm.mpegts", rules: [] },
    { name: "sound.mpegts", rules: [] },
    { name: "pictures.mpegts", rules: [] },
    { name: "wrap.mpegts", rules: [] },
    { name: "single-frames.mpegts", rules: [] },
    { name: "burst.mpegts", rules: [] },
    { name: "turns.mpegts", rules: [] },
    { name: "sparse-pictures.mpegts", rules: [] },
    { name: "short-sound.mpegts", rules: ["sound-short"] },
  ]) {
    test(`finds ${rules.join() || "nothing"} in ${name}, by its ends and by all of it`, async () => {
      const bytes = await readMedia(name);
      assert.deepEqual(await probe(bytes), rules);
      assert.deepEqual(hash(bytes), rules);
    });
  }

  test("a cut of one second of sound alone is proof, and of pictures alone a doubt", async () => {
    assert.deepEqual(await probe(remove(packetsOf(await readMedia("sound.mpegts")), isLast)), ["too-short"]);
    assert.deepEqual(await probe(remove(packetsOf(await readMedia("pictures.mpegts")), isLast)), [
      "too-short-unproven",
    ]);
  });

  test("sound that the program announces and that never begins is missed", async () => {
    const packets = packetsOf(await readMedia("moving-500k.mpegts"));
    assert.deepEqual(await probe(blank(packets, ({ pid }) => pid === 257)), ["stream-missing"]);
  });

  test("never throws, and its reads are bounded, whatever was done to a segment", async () => {
    const bytes = await readMedia("moving-500k.mpegts");
    const place = fc.integer({ min: 0, max: bytes.length });
    const damage = fc.record({
      from: place,
      to: place,
      into: place,
      kind: fc.constantFrom("cut", "fill", "swap", "drop"),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ from, to, into, kind }) => {
        const source = sourceOf(damaged(bytes, { from, to, into, kind }));
        const { media } = await probeTransportStream(source);
        const [reads, readBytes] = [source.reads(), source.readBytes()];
        if (media !== null) judgeSegmentMedia(media, SEGMENT_SECONDS);
        assert.ok(reads < 40 && readBytes <= 3 * source.sizeBytes, `${reads} reads, ${readBytes} bytes`);
      }),
      { numRuns: 60 },
    );
  });
});

test("probeTransportStream() takes any bytes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.boolean(), async (bytes, isLong) => {
      const start = Uint8Array.of(0x47, 0x40, 0, 0x10);
      await probeTransportStream(
        sourceOf(Buffer.concat([start, bytes, isLong ? Buffer.alloc(200_000, Uint8Array.of(0x47, ...bytes)) : start])),
      );
      await probeTransportStream(sourceOf(bytes));
    }),
    { numRuns: 50 },
  );
});

function damaged(
  bytes: Uint8Array,
  { from, to, into, kind }: { from: number; to: number; into: number; kind: string },
): Uint8Array {
  const [start, end] = from < to ? [from, to] : [to, from];
  const copy = Uint8Array.from(bytes);
  if (kind === "cut") return copy.subarray(start, end);
  if (kind === "drop") return Buffer.concat([copy.subarray(0, start), copy.subarray(end)]);
  if (kind === "fill") copy.fill(into & 0xff, start, end);
  else copy.copyWithin(into, start, end);
  return copy;
}
