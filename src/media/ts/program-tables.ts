/** Reads the two tables of a transport stream that name its streams: PAT and PMT (ISO/IEC 13818-1, 2.4.4). Never throws. */

export type StreamKind = "audio" | "video" | "other";

export type AnnouncedStream = { pid: number; kind: StreamKind; codec: string };

type StreamType = { kind: StreamKind; codec: string };

const OTHER: StreamType = { kind: "other", codec: "private" };

/** ISO/IEC 13818-1, table 2-34. A type that is missing here (ID3 is 0x15) is neither sound nor pictures. */
const STREAM_TYPES: Record<number, StreamType> = {
  0x01: { kind: "video", codec: "mpeg1" },
  0x02: { kind: "video", codec: "mpeg2" },
  0x10: { kind: "video", codec: "mpeg4" },
  0x1b: { kind: "video", codec: "h264" },
  0x24: { kind: "video", codec: "h265" },
  0x03: { kind: "audio", codec: "mp3" },
  0x04: { kind: "audio", codec: "mp3" },
  0x0f: { kind: "audio", codec: "aac" },
  0x11: { kind: "audio", codec: "aac" },
  0x81: { kind: "audio", codec: "ac3" },
};

/** Private data (type 0x06) whose registration descriptor says what it is: 2.6.8, and the codecs' own mappings. */
const REGISTRATIONS: Record<string, StreamType> = {
  Opus: { kind: "audio", codec: "opus" },
  AV01: { kind: "video", codec: "av1" },
  HEVC: { kind: "video", codec: "h265" },
  "AC-3": { kind: "audio", codec: "ac3" },
};

const PRIVATE_DATA = 0x06;
const REGISTRATION_DESCRIPTOR = 0x05;
const CRC_BYTES = 4;

/** The PIDs of the program map tables that a PAT section names: 2.4.4.3. Program 0 is the network's table, and none. */
export function parsePat(section: Uint8Array): number[] {
  const end = contentEnd(section, 0x00);
  const pids = [];
  for (let at = 8; at + 4 <= end; at += 4) {
    if (uint16(section, at) !== 0) pids.push(uint16(section, at + 2) & 0x1fff);
  }
  return pids;
}

/** The streams that a PMT section announces: 2.4.4.8. */
export function parsePmt(section: Uint8Array): AnnouncedStream[] {
  const end = contentEnd(section, 0x02);
  const streams = [];
  // Each turn goes on by five bytes at least.
  for (let at = 12 + (uint16(section, 10) & 0x0fff); at + 5 <= end;) {
    const infoEnd = at + 5 + (uint16(section, at + 3) & 0x0fff);
    const descriptors = section.subarray(at + 5, Math.min(infoEnd, end));
    streams.push({ pid: uint16(section, at + 1) & 0x1fff, ...streamType(section[at] ?? 0, descriptors) });
    at = infoEnd;
  }
  return streams;
}

function streamType(type: number, descriptors: Uint8Array): StreamType {
  if (type !== PRIVATE_DATA) return STREAM_TYPES[type] ?? OTHER;
  for (let at = 0; at + 6 <= descriptors.length; at += 2 + (descriptors[at + 1] ?? 0)) {
    if (descriptors[at] !== REGISTRATION_DESCRIPTOR) continue;
    const format = String.fromCharCode(...descriptors.subarray(at + 2, at + 6));
    return Object.hasOwn(REGISTRATIONS, format) ? (REGISTRATIONS[format] ?? OTHER) : OTHER;
  }
  return OTHER;
}

/** Where the loop of a section ends; 0 for another table, or for one that applies later (`current_next_indicator`). */
function contentEnd(section: Uint8Array, tableId: number): number {
  const isCurrent = ((section[5] ?? 0) & 0x01) === 1;
  return section[0] === tableId && isCurrent ? section.length - CRC_BYTES : 0;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
