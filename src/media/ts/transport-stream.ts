/**
 * Reads MPEG-2 transport streams (ISO/IEC 13818-1) as far as a probe needs: whether it is one, and its time stamps.
 * Accepts any bytes, never throws, and does bounded work for each packet.
 */

/** Length of a transport packet: ISO/IEC 13818-1, 2.4.3.2. */
export const PACKET_BYTES = 188;

const SYNC_BYTE = 0x47;
/** PTS ticks a second, and the tick at which the 33-bit counter begins anew: ISO/IEC 13818-1, 2.4.3.7. */
const TICKS_PER_SECOND = 90_000;
const WRAP = 2 ** 33;

/** Whether each of the first three packets begins with the sync byte; fewer where there are fewer. */
export function isTransportStream(bytes: Uint8Array): boolean {
  const starts = [0, PACKET_BYTES, 2 * PACKET_BYTES].filter((at) => at === 0 || at < bytes.length);
  return starts.every((at) => bytes[at] === SYNC_BYTE);
}

/** Checks that each packet of a stream of chunks begins with the sync byte; gives the first place where one does not. */
export function watchPackets(): { take(chunk: Uint8Array): void; brokenAt(): number | undefined } {
  let seen = 0;
  let broken: number | undefined;
  return {
    take(chunk) {
      const skipped = (PACKET_BYTES - (seen % PACKET_BYTES)) % PACKET_BYTES;
      for (let at = skipped; at < chunk.length && broken === undefined; at += PACKET_BYTES) {
        if (chunk[at] !== SYNC_BYTE) broken = seen + at;
      }
      seen += chunk.length;
    },
    brokenAt: () => broken,
  };
}

/** When a PES packet is presented, in ticks. */
export type PresentationTime = { ticks: number; isAudio: boolean };

/** The presentation time stamps of every PES packet that begins in these bytes, which must begin with a packet. */
export function readPresentationTimes(bytes: Uint8Array): PresentationTime[] {
  const times = [];
  for (let at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
    const time = readPresentationTime(bytes.subarray(at, at + PACKET_BYTES));
    if (time !== undefined) times.push(time);
  }
  return times;
}

/** Seconds from one time stamp to another, negative when it is earlier. Handles one wrap of the counter. */
export function secondsBetween(from: number, to: number): number {
  const ticks = (to - from + WRAP) % WRAP;
  return (ticks < WRAP / 2 ? ticks : ticks - WRAP) / TICKS_PER_SECOND;
}

/** Seconds from the earliest time stamp to the latest (video does not come in the order of its time stamps). */
export function ptsSpanSeconds(times: number[]): number | undefined {
  const [first] = times;
  if (first === undefined) return undefined;
  const offsets = times.map((time) => secondsBetween(first, time));
  return offsets.reduce((a, b) => Math.max(a, b)) - offsets.reduce((a, b) => Math.min(a, b));
}

/** The PTS of the PES packet that begins in this transport packet. Tables, padding and scrambled payloads have none. */
function readPresentationTime(packet: Uint8Array): PresentationTime | undefined {
  const start = payloadStart(new DataView(packet.buffer, packet.byteOffset, PACKET_BYTES));
  if (start === undefined || start + 14 > PACKET_BYTES) return undefined;

  const pes = new DataView(packet.buffer, packet.byteOffset + start, 14);
  if (!hasTimeStamp(pes)) return undefined;
  // 33 bits in groups of 3, 15 and 15, each closed by a marker bit. Multiplied, because shifts end at 32 bits.
  const ticks = (pes.getUint8(9) & 0x0e) * 2 ** 29 + (pes.getUint16(10) >> 1) * 2 ** 15 + (pes.getUint16(12) >> 1);
  return { ticks, isAudio: (pes.getUint8(3) & 0xe0) === 0xc0 };
}

/** Where the payload begins, if it is not scrambled and a PES packet or a table starts in it: 2.4.3.2. */
function payloadStart(packet: DataView): number | undefined {
  const startsUnit = (packet.getUint8(1) & 0x40) !== 0;
  const control = packet.getUint8(3);
  const isClear = (control & 0xc0) === 0;
  const hasAdaptation = (control & 0x20) !== 0;
  const hasPayload = (control & 0x10) !== 0;
  if (packet.getUint8(0) !== SYNC_BYTE || !startsUnit || !isClear || !hasPayload) return undefined;
  return hasAdaptation ? 5 + packet.getUint8(4) : 4;
}

/** Whether this is a PES packet of audio or video (0xC0 to 0xEF) or of private data (0xBD) that carries a PTS: 2.4.3.6. */
function hasTimeStamp(pes: DataView): boolean {
  const stream = pes.getUint8(3);
  const isMedia = (stream >= 0xc0 && stream <= 0xef) || stream === 0xbd;
  const startsPes = pes.getUint16(0) === 0 && pes.getUint8(2) === 1;
  return startsPes && isMedia && (pes.getUint8(6) & 0xc0) === 0x80 && (pes.getUint8(7) & 0x80) !== 0;
}
