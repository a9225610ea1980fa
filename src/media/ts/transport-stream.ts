/** What everything that reads MPEG-2 transport streams (ISO/IEC 13818-1) needs of them. */

/** Length of a transport packet: ISO/IEC 13818-1, 2.4.3.2. */
export const PACKET_BYTES = 188;

/** The first byte of each packet. */
export const SYNC_BYTE = 0x47;
/** PTS ticks a second, and the tick at which the 33-bit counter begins anew: ISO/IEC 13818-1, 2.4.3.7. */
const TICKS_PER_SECOND = 90_000;
const WRAP = 2 ** 33;

/** Whether each of the first three packets begins with the sync byte; fewer where there are fewer. */
export function isTransportStream(bytes: Uint8Array): boolean {
  const starts = [0, PACKET_BYTES, 2 * PACKET_BYTES].filter((at) => at === 0 || at < bytes.length);
  return starts.every((at) => bytes[at] === SYNC_BYTE);
}

/** The time stamp so many seconds after another. */
export function addSeconds(ticks: number, seconds: number): number {
  return (ticks + Math.round(seconds * TICKS_PER_SECOND) + WRAP) % WRAP;
}

/** Seconds from one time stamp to another, negative when it is earlier. Handles one wrap of the counter. */
export function secondsBetween(from: number, to: number): number {
  const ticks = (to - from + WRAP) % WRAP;
  return (ticks < WRAP / 2 ? ticks : ticks - WRAP) / TICKS_PER_SECOND;
}
