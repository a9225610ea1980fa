import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { createChecksum } from "../../src/verify/checksum.ts";

/** The check values of the CRC catalogue, https://reveng.sourceforge.io/crc-catalogue/all.htm, and of the hashes' RFCs. */
const OF_123456789 = {
  crc32: "cbf43926",
  crc32c: "e3069283",
  crc64nvme: "ae8b14860a799888",
  md5: "25f9e794323b453885f5181f1b624d0b",
  sha1: "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
  sha256: "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225",
} as const;

describe("createChecksum()", () => {
  for (const algorithm of ["crc32", "crc32c", "crc64nvme", "md5", "sha1", "sha256"] as const) {
    test(`computes ${algorithm} of bytes that come in pieces, in base64`, () => {
      const checksum = createChecksum(algorithm);
      checksum.update(Buffer.from("1234"));
      checksum.update(Buffer.from("56789"));
      assert.equal(Buffer.from(checksum.value(), "base64").toString("hex"), OF_123456789[algorithm]);
    });
  }

  for (const algorithm of ["crc32", "crc32c", "crc64nvme", "crc64ecma"] as const) {
    test(`computes the same ${algorithm} of bytes that come at once and of bytes that come one by one`, () => {
      const bytes = Buffer.from(Array.from({ length: 1003 }, (_, index) => (index * index) % 251));
      const atOnce = createChecksum(algorithm);
      atOnce.update(bytes.subarray(1)); // begins at an odd address
      const singly = createChecksum(algorithm);
      for (const byte of bytes.subarray(1)) singly.update(Buffer.of(byte));
      assert.equal(atOnce.value(), singly.value());
    });
  }

  test("computes crc64ecma in decimal, as Alibaba and Tencent write it", () => {
    const checksum = createChecksum("crc64ecma");
    checksum.update(Buffer.from("123456789"));
    assert.equal(checksum.value(), String(0x995dc9bbdf1939fan));
  });
});
