/** A source that counts what is read of it. */
import type { ByteSource } from "./byte-source.ts";

export type CountedSource = ByteSource & { readonly reads: number; readonly readBytes: number };

export function countReads(source: ByteSource): CountedSource {
  let reads = 0;
  let readBytes = 0;
  return {
    sizeBytes: source.sizeBytes,
    async read(first, length) {
      const bytes = await source.read(first, length);
      reads += 1;
      readBytes += bytes.length;
      return bytes;
    },
    get reads() {
      return reads;
    },
    get readBytes() {
      return readBytes;
    },
  };
}
