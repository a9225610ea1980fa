/**
 * Gives the emulator's media other times: ffmpeg's two seconds become segments of minutes, and recordings of days, with
 * distinct bytes in each segment. Only time stamps change; nothing is encoded again.
 */
import { readPresentationTimes } from "../../../src/media/ts/transport-stream.ts";

const PACKET_BYTES = 188;
const TICKS_PER_SECOND = 90_000;
const WRAP = 2 ** 33;

/** A copy of a transport stream that begins at `startSeconds` and plays `factor` times as long. */
export function retimeTransportStream(
  media: Uint8Array,
  { startSeconds, factor }: { startSeconds: number; factor: number },
): Uint8Array {
  const bytes = Buffer.from(media);
  const first = readPresentationTimes(bytes)[0]?.ticks ?? 0;
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
    const packet = bytes.subarray(at, at + PACKET_BYTES);
    const ticks = readPresentationTimes(packet)[0]?.ticks;
    if (ticks === undefined) continue;
    const adaptationBytes = (packet.readUInt8(3) & 0x20) === 0 ? 0 : 1 + packet.readUInt8(4);
    const moved = Math.round(startSeconds * TICKS_PER_SECOND + (ticks - first) * factor);
    writeTime(packet.subarray(4 + adaptationBytes + 9), (moved + WRAP) % WRAP);
  }
  return bytes;
}

/** A copy of an MP4 whose header says that it plays so long; `index` makes its bytes its own. */
export function setMp4Duration(media: Uint8Array, { seconds, index }: { seconds: number; index: number }): Uint8Array {
  const bytes = Buffer.from(media);
  const header = bytes.indexOf("mvhd") + 4; // version 0: creation, modification, timescale, duration
  bytes.writeUInt32BE(index, header + 4);
  bytes.writeUInt32BE(Math.round(seconds * bytes.readUInt32BE(header + 12)), header + 16);
  return bytes;
}

/** ISO/IEC 13818-1, 2.4.3.7: 3, 15 and 15 bits, each closed by a marker; the first four bits name the stamp. */
function writeTime(stamp: Buffer, ticks: number): void {
  stamp.writeUInt8((stamp.readUInt8(0) & 0xf0) | (Math.floor(ticks / 2 ** 30) << 1) | 1, 0);
  stamp.writeUInt16BE(((Math.floor(ticks / 2 ** 15) & 0x7fff) << 1) | 1, 1);
  stamp.writeUInt16BE(((ticks & 0x7fff) << 1) | 1, 3);
}
