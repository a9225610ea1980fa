import assert from "node:assert/strict";
import { describe, test } from "node:test";

import * as fc from "fast-check";

import { parsePat, parsePmt } from "../../../src/media/ts/program-tables.ts";
import { SectionCollector } from "../../../src/media/ts/section.ts";

const CRC = [0, 0, 0, 0];

function section(tableId: number, { isCurrent = true, body }: { isCurrent?: boolean; body: number[] }): Uint8Array {
  const length = 5 + body.length + CRC.length;
  return Uint8Array.from([
    tableId,
    0xb0 | (length >> 8),
    length & 0xff,
    0,
    1,
    isCurrent ? 0xc1 : 0xc0,
    0,
    0,
    ...body,
    ...CRC,
  ]);
}

function stream(type: number, pid: number, descriptors: number[] = []): number[] {
  return [
    type,
    0xe0 | (pid >> 8),
    pid & 0xff,
    0xf0 | (descriptors.length >> 8),
    descriptors.length & 0xff,
    ...descriptors,
  ];
}

const registration = (format: string) => [0x05, format.length, ...Buffer.from(format)];
const pmt = (...streams: number[][]) => section(2, { body: [0xe1, 0x00, 0xf0, 0x00, ...streams.flat()] });

describe("parsePat()", () => {
  test("gives the tables of the programs, and not the network's", () => {
    const body = [0, 0, 0xe0, 0x10, 0, 1, 0xf0, 0x00];
    assert.deepEqual(parsePat(section(0, { body })), [0x1000]);
  });

  test("gives nothing of a table that applies later, or of another table", () => {
    const body = [0, 1, 0xf0, 0x00];
    assert.deepEqual(parsePat(section(0, { body, isCurrent: false })), []);
    assert.deepEqual(parsePat(section(2, { body })), []);
  });
});

describe("parsePmt()", () => {
  for (const { type, descriptors, expected } of [
    { type: 0x1b, descriptors: [], expected: "video h264" },
    { type: 0x24, descriptors: registration("HEVC"), expected: "video h265" },
    { type: 0x06, descriptors: registration("AV01"), expected: "video av1" },
    { type: 0x0f, descriptors: [], expected: "audio aac" },
    { type: 0x11, descriptors: [], expected: "audio aac" },
    { type: 0x03, descriptors: [], expected: "audio mp3" },
    { type: 0x04, descriptors: [], expected: "audio mp3" },
    { type: 0x06, descriptors: [0x7f, 1, 0x80, ...registration("Opus")], expected: "audio opus" },
    { type: 0x06, descriptors: [], expected: "other private" },
    { type: 0x06, descriptors: registration("constructor"), expected: "other private" },
    { type: 0x15, descriptors: registration("ID3 "), expected: "other private" },
    { type: 0x15, descriptors: registration("Opus"), expected: "other private" },
    { type: 0xff, descriptors: [], expected: "other private" },
  ]) {
    test(`takes type 0x${type.toString(16)} with ${descriptors.length} bytes of descriptors for ${expected}`, () => {
      const found = parsePmt(pmt(stream(0x0f, 300), stream(type, 256, descriptors)));
      assert.deepEqual(
        found.map(({ pid, kind, codec }) => [pid, `${kind} ${codec}`]),
        [
          [300, "audio aac"],
          [256, expected],
        ],
      );
    });
  }

  test("takes any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1024 }), (bytes) => {
        assert.ok(parsePmt(Uint8Array.from([2, ...bytes])).length <= bytes.length / 5);
        assert.ok(parsePat(Uint8Array.from([0, ...bytes])).length <= bytes.length / 4);
      }),
    );
  });
});

describe("SectionCollector", () => {
  test("joins a section from payloads of any size, with stuffing behind it", () => {
    const long = pmt(...Array.from({ length: 40 }, (_, index) => stream(0x0f, 300 + index)));
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 183 }), (size) => {
        const collector = new SectionCollector();
        const bytes = Buffer.concat([Uint8Array.of(0), long, Buffer.alloc(size, 0xff)]);
        const found = [];
        for (let at = 0; at < bytes.length; at += size) {
          found.push(...collector.take(bytes.subarray(at, at + size), at === 0));
        }
        assert.deepEqual(found, [long]);
      }),
    );
  });

  test("gives the end of one section and the whole of the next from one payload", () => {
    const [first, second] = [pmt(stream(0x0f, 300)), pmt(stream(0x1b, 301))];
    const collector = new SectionCollector();
    assert.deepEqual(collector.take(Uint8Array.from([0, ...first.subarray(0, 9)]), true), []);
    const rest = first.subarray(9);
    assert.deepEqual(collector.take(Uint8Array.from([rest.length, ...rest, ...second]), true), [first, second]);
  });

  test("takes any payloads", () => {
    const payload = fc.tuple(fc.uint8Array({ maxLength: 184 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(payload), (payloads) => {
        const collector = new SectionCollector();
        for (const [bytes, startsUnit] of payloads) {
          for (const { length } of collector.take(bytes, startsUnit)) assert.ok(length >= 3 && length <= 1024);
        }
      }),
    );
  });
});
