/**
 * The checksums that stores keep, computed from bytes as they go by, and written as each vendor writes them:
 * base64 of the big-endian bytes, but CRC-64/ECMA in decimal.
 *
 * All CRCs here are the reflected kind. Those of 64 bits are kept as two halves: BigInt would be some forty times slower.
 * The polynomials: https://reveng.sourceforge.io/crc-catalogue/all.htm (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME, CRC-64/XZ).
 */
import { createHash } from "node:crypto";

import type { StoredChecksum } from "../bucket/bucket.ts";

export type Checksum = { update(bytes: Uint8Array): void; value(): string };

/** Begins a checksum. */
export function checksumOf(algorithm: StoredChecksum["algorithm"]): Checksum {
  if (algorithm === "md5" || algorithm === "sha1" || algorithm === "sha256") {
    const hash = createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), value: () => hash.digest("base64") };
  }
  const crc = createCrc(TABLES[algorithm]());
  const isWide = algorithm === "crc64nvme" || algorithm === "crc64ecma";
  return {
    update: (bytes) => crc.update(bytes),
    value() {
      const bytes = crc.value().subarray(isWide ? 0 : 4);
      return algorithm === "crc64ecma" ? String(bytes.readBigUInt64BE()) : bytes.toString("base64");
    },
  };
}

/** What each byte does to the register, in two halves; a CRC of 32 bits leaves the high one zero. */
type Table = { high: Int32Array; low: Int32Array; mask: number };

const TABLES = {
  crc32: once(() => createTable(0, 0xedb88320)),
  crc32c: once(() => createTable(0, 0x82f63b78)),
  crc64nvme: once(() => createTable(0x9a6c9329, 0xac4bc9b5)),
  crc64ecma: once(() => createTable(0xc96c5795, 0xd7870f42)),
};

function createCrc({ high: highs, low: lows, mask }: Table) {
  let register = { high: mask, low: -1 };
  return {
    update(bytes: Uint8Array) {
      // Locals and an index, because this loop runs for each byte of a recording.
      let { high, low } = register;
      for (let at = 0; at < bytes.length; at += 1) {
        const index = (low ^ (bytes[at] ?? 0)) & 0xff;
        low = ((low >>> 8) | (high << 24)) ^ (lows[index] ?? 0);
        high = (high >>> 8) ^ (highs[index] ?? 0);
      }
      register = { high, low };
    },
    value() {
      const bytes = Buffer.alloc(8);
      bytes.writeInt32BE(register.high ^ mask, 0);
      bytes.writeInt32BE(~register.low, 4);
      return bytes;
    },
  };
}

/** The table of a polynomial whose high half is zero for a CRC of 32 bits. */
function createTable(polynomialHigh: number, polynomialLow: number): Table {
  const table = { high: new Int32Array(256), low: new Int32Array(256), mask: polynomialHigh === 0 ? 0 : -1 };
  for (let byte = 0; byte < 256; byte += 1) {
    let [high, low] = [0, byte];
    for (let bit = 0; bit < 8; bit += 1) {
      const carry = low & 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carry !== 0) [high, low] = [high ^ polynomialHigh, low ^ polynomialLow];
    }
    table.high[byte] = high;
    table.low[byte] = low;
  }
  return table;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
