/** The segment index (ISO/IEC 14496-12, 8.16.3): up to which byte its segments reach. */
import type { FileReader } from "../file-reader.ts";
import type { Box } from "./box-header.ts";

const ENTRY_BYTES = 12;

/** The first byte behind everything that the index names; the index's own end where it names nothing. */
export async function indexedEnd(file: FileReader, sidx: Box): Promise<number> {
  const isLong = (await file.view(sidx.contentAt, 1)).getUint8(0) === 1;
  const headerBytes = isLong ? 32 : 24;
  if (sidx.end - sidx.contentAt < headerBytes) return sidx.end;
  const header = await file.view(sidx.contentAt, headerBytes);
  const firstOffset = isLong ? Number(header.getBigUint64(20)) : header.getUint32(16);
  const count = header.getUint16(headerBytes - 2);
  const first = sidx.contentAt + headerBytes;

  let end = sidx.end + firstOffset;
  for (let entry = 0; entry < count && first + (entry + 1) * ENTRY_BYTES <= sidx.end; entry += 1) {
    // The highest bit says whether it is media or another index.
    end += (await file.view(first + entry * ENTRY_BYTES, ENTRY_BYTES)).getUint32(0) & 0x7fff_ffff;
  }
  return end;
}
