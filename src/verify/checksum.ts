/**
 * The checksums that stores keep, computed from a stream of bytes and written as each vendor writes them: base64 of the
 * big-endian bytes, but CRC-64/ECMA in decimal.
 *
 * The polynomials: https://reveng.sourceforge.io/crc-catalogue/all.htm (CRC-32/ISO-HDLC, CRC-32/ISCSI, CRC-64/NVME, CRC-64/XZ).
 */
import { createHash } from "node:crypto";

import type { StoredChecksum } from "../bucket/bucket.ts";
import { createCrc, createCrcTables } from "./crc.ts";

export type Checksum = { update(bytes: Uint8Array): void; value(): string };

/** Creates a checksum. */
export function createChecksum(algorithm: StoredChecksum["algorithm"]): Checksum {
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

const TABLES = {
  crc32: once(() => createCrcTables(0, 0xedb88320)),
  crc32c: once(() => createCrcTables(0, 0x82f63b78)),
  crc64nvme: once(() => createCrcTables(0x9a6c9329, 0xac4bc9b5)),
  crc64ecma: once(() => createCrcTables(0xc96c5795, 0xd7870f42)),
};

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
