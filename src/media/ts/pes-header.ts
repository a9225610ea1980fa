/** The header of a PES packet (ISO/IEC 13818-1, 2.4.3.6): what it carries, and when that is decoded and presented. */

export type PesHeader = {
  streamId: number;
  /** Presentation time stamp in ticks of 90 kHz; `null` where the packet has none. */
  pts: number | null;
  /** Decoding time stamp; the presentation's where the packet has no other. */
  dts: number | null;
};

/** Start code, stream id, length, two bytes of flags, header length, and the first time stamp. */
const PTS_END = 14;
const DTS_END = 19;

/** Reads the header that begins at `at` and ends before `end`. Gives `undefined` where no PES packet begins. */
export function parsePesHeader(bytes: Uint8Array, { at, end }: { at: number; end: number }): PesHeader | undefined {
  if (end - at < 6 || bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) return undefined;
  const streamId = bytes[at + 3] ?? 0;
  const flags = end - at < PTS_END ? 0 : timeStampFlags(bytes, at + 6);
  if (flags < 2) return { streamId, pts: null, dts: null };

  const pts = timeStamp(bytes, at + 9);
  const hasDts = flags === 3 && end - at >= DTS_END;
  return { streamId, pts, dts: hasDts ? timeStamp(bytes, at + 14) : pts };
}

/** `PTS_DTS_flags`. Padding, and streams without the optional header, do not have "10" in front of its flags. */
function timeStampFlags(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) & 0xc0) === 0x80 ? (bytes[at + 1] ?? 0) >> 6 : 0;
}

/** 2.4.3.7: 33 bits in groups of 3, 15 and 15, each closed by a marker bit. Multiplied, because shifts end at 32 bits. */
function timeStamp(bytes: Uint8Array, at: number): number {
  const middle = (((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)) >> 1;
  const low = (((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0)) >> 1;
  return ((bytes[at] ?? 0) & 0x0e) * 2 ** 29 + middle * 2 ** 15 + low;
}
