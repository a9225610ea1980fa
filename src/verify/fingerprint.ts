/** What tells a file from another without reading all of it: its size and its first bytes. */
import { sha256Hex } from "../lib/sha256.ts";

/** The tables of a segment, and the beginning of its first picture or sound. */
export const HEAD_BYTES = 12 * 1024;

/** `head`: at least `HEAD_BYTES`, or the whole file. */
export function computeFingerprint({ sizeBytes }: { sizeBytes: number }, head: Uint8Array): string {
  return `${sizeBytes} ${sha256Hex(head.subarray(0, HEAD_BYTES))}`;
}
