import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { type PacketScan, PacketScanner } from "../../../src/media/ts/packet-scanner.ts";
import { PACKET_BYTES } from "../../../src/media/ts/transport-stream.ts";
import { askFfprobe, NO_FFMPEG, readMedia } from "../media.ts";

function scan(...chunks: Uint8Array[]): PacketScan {
  const scanner = new PacketScanner();
  for (const chunk of chunks) scanner.take(chunk);
  return scanner.scan;
}

function media({ streams }: PacketScan) {
  return streams.filter(({ kind }) => kind !== "other");
}

type Header = {
  pid?: number;
  counter?: number;
  flags?: number;
  control?: number;
  adaptation?: number[];
  payload?: number[];
};

/** One packet; `flags` are the first three bits of its PID's two bytes. */
function packet({
  pid = 256,
  counter = 0,
  flags = 0,
  control = 0x10,
  adaptation = [],
  payload = [],
}: Header): Uint8Array {
  const bytes = new Uint8Array(PACKET_BYTES).fill(0xff);
  bytes.set([0x47, flags | (pid >> 8), pid & 0xff, control | counter, ...adaptation, ...payload]);
  return bytes;
}

const counted = (...counters: number[]) =>
  Buffer.concat(counters.map((counter) => packet({ counter, payload: [counter] })));

describe("PacketScanner", () => {
  for (const { name, kinds } of [
    { name: "single-frames.mpegts", kinds: ["video h264", "audio aac"] },
    { name: "noise-1200k.mpegts", kinds: ["video h264", "audio aac"] },
    { name: "h265.mpegts", kinds: ["video h265", "audio aac"] },
    { name: "b-frames.mpegts", kinds: ["video h264", "audio aac"] },
    { name: "mp3.mpegts", kinds: ["video h264", "audio mp3"] },
    { name: "opus.mpegts", kinds: ["video h264", "audio opus"] },
    { name: "latm.mpegts", kinds: ["audio aac"] },
    { name: "wrap.mpegts", kinds: ["video h264", "audio aac"] },
    { name: "sparse-pictures.mpegts", kinds: ["video h264", "audio aac"] },
  ]) {
    test(`agrees with ffprobe on ${name}`, { skip: NO_FFMPEG }, async () => {
      const found = scan(await readMedia(name));
      const { streams } = await askFfprobe(name);
      assert.partialDeepStrictEqual(found, { lostPackets: 0, transportErrors: 0, trailingBytes: 0, hasProgram: true });
      assert.deepEqual(
        media(found).map(({ kind, codec }) => `${kind} ${codec}`),
        kinds,
      );
      for (const [index, stream] of media(found).entries()) {
        const witness = streams[index];
        const times = stream.times;
        assert.ok(witness && times);
        assert.equal(stream.continuityErrors, 0);
        // A PES packet of pictures is a picture; one of sound may hold several frames.
        if (stream.kind === "video") assert.equal(stream.pesCount, Number(witness.nb_read_packets));
        const last = times.latestSeconds - times.earliestSeconds;
        assert.ok(Number(witness.duration) - last < 0.5 && last < Number(witness.duration) + 0.001, `${last} s`);
      }
    });
  }

  test("finds the same in chunks of any size", { skip: NO_FFMPEG }, async () => {
    const bytes = await readMedia("sound.mpegts");
    const whole = scan(bytes);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1 }), (sizes) => {
        const scanner = new PacketScanner();
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          scanner.take(bytes.subarray(at, at + size));
          at += size;
        }
        assert.deepEqual(scanner.scan, whole);
      }),
      { numRuns: 20 },
    );
  });

  for (const { name, bytes, errors } of [
    { name: "counters that follow each other, and begin anew after 15", bytes: counted(14, 15, 0, 1), errors: 0 },
    { name: "a packet that is sent twice", bytes: counted(1, 2, 2, 3), errors: 0 },
    { name: "a packet that is sent three times", bytes: counted(1, 2, 2, 2, 3), errors: 1 },
    { name: "a missing packet", bytes: counted(1, 2, 4, 5), errors: 1 },
    {
      name: "another packet with the same counter: sixteen are missing",
      bytes: Buffer.concat([
        packet({ counter: 3 }),
        packet({ counter: 3, payload: Array.from({ length: 180 }, () => 1) }),
      ]),
      errors: 1,
    },
    {
      name: "a jump that is announced",
      bytes: Buffer.concat([counted(1), packet({ counter: 9, control: 0x30, adaptation: [1, 0x80] })]),
      errors: 0,
    },
    {
      name: "a packet without payload, which does not count",
      bytes: Buffer.concat([counted(1), packet({ counter: 1, control: 0x20, adaptation: [183, 0] }), counted(2)]),
      errors: 0,
    },
  ]) {
    test(`counts ${errors} for ${name}`, () => {
      assert.equal(scan(bytes).streams[0]?.continuityErrors, errors);
    });
  }

  test("ignores null packets, and counts marked and scrambled ones and those without a sync byte", () => {
    const lost = packet({});
    lost[0] = 0;
    const found = scan(
      packet({ pid: 0x1fff, counter: 7 }),
      packet({ pid: 0x1fff, counter: 2 }),
      packet({ flags: 0x80 }),
      packet({ control: 0x90 }),
      lost,
      lost,
      Buffer.alloc(10),
    );
    assert.partialDeepStrictEqual(found, {
      packets: 6,
      nullPackets: 2,
      transportErrors: 1,
      lostPackets: 2,
      lostAt: 4 * PACKET_BYTES,
      trailingBytes: 10,
      streams: [{ pid: 256, scrambledPackets: 1, continuityErrors: 0 }],
    });
  });

  test("takes any bytes", () => {
    const anyPacket = fc.uint8Array({ minLength: PACKET_BYTES, maxLength: PACKET_BYTES }).map((bytes) => {
      bytes[0] = 0x47;
      bytes[1] = (bytes[1] ?? 0) & 0x40;
      bytes[2] = (bytes[2] ?? 0) & 0x07;
      return bytes;
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(anyPacket, fc.uint8Array()), { maxLength: 40 }), (chunks) => void scan(...chunks)),
    );
  });
});
