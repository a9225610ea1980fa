/**
 * Gives the emulator's media other times: ffmpeg's two seconds become segments of minutes, and recordings of days, with
 * distinct bytes in each segment. Only time stamps change; nothing is encoded again.
 */
import { parsePesHeader } from "../../../src/media/ts/pes-header.ts";
import { PACKET_BYTES } from "../../../src/media/ts/transport-stream.ts";

const TICKS_PER_SECOND = 90_000;
const WRAP = 2 ** 33;

/** A copy of a transport stream that begins at `startSeconds` and plays `factor` times as long. */
export function retimeTransportStream(
  media: Uint8Array,
  { startSeconds, factor }: { startSeconds: number; factor: number },
): Uint8Array {
  const bytes = Buffer.from(media);
  let first: number | undefined;
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
    const packet = bytes.subarray(at, at + PACKET_BYTES);
    if ((packet.readUInt8(1) & 0x40) === 0) continue;
    const start = 4 + ((packet.readUInt8(3) & 0x20) === 0 ? 0 : 1 + packet.readUInt8(4));
    const { pts, dts } = parsePesHeader(packet, { at: start, end: PACKET_BYTES }) ?? { pts: null, dts: null };
    if (pts === null || dts === null) continue;
    first ??= pts;
    const base = first;
    const moved = (ticks: number) => Math.round(startSeconds * TICKS_PER_SECOND + (ticks - base) * factor);
    writeTime(packet.subarray(start + 9), (moved(pts) + WRAP) % WRAP);
    if (dts !== pts) writeTime(packet.subarray(start + 14), (moved(dts) + WRAP) % WRAP);
  }
  return bytes;
}

/** A copy of an MP4 whose samples play so long together; `index` makes its bytes its own. */
export function setMp4Duration(media: Uint8Array, { seconds, index }: { seconds: number; index: number }): Uint8Array {
  const bytes = Buffer.from(media);
  // ISO/IEC 14496-12, 8.2.2 and 8.4.2, version 0: flags, creation, modification, ticks a second, duration.
  const movie = bytes.indexOf("mvhd") + 4;
  const factor = (seconds * bytes.readUInt32BE(movie + 12)) / bytes.readUInt32BE(movie + 16);
  bytes.writeUInt32BE(index, movie + 4);
  for (let at = bytes.indexOf("mdhd"); at >= 0; at = bytes.indexOf("mdhd", at + 4)) {
    bytes.writeUInt32BE(Math.round(bytes.readUInt32BE(at + 16) / factor), at + 16);
  }
  bytes.writeUInt32BE(Math.round(bytes.readUInt32BE(movie + 12) / factor), movie + 12);
  return bytes;
}

/** ISO/IEC 13818-1, 2.4.3.7: 3, 15 and 15 bits, each closed by a marker; the first four bits name the stamp. */
function writeTime(stamp: Buffer, ticks: number): void {
  stamp.writeUInt8((stamp.readUInt8(0) & 0xf0) | (Math.floor(ticks / 2 ** 30) << 1) | 1, 0);
  stamp.writeUInt16BE(((Math.floor(ticks / 2 ** 15) & 0x7fff) << 1) | 1, 1);
  stamp.writeUInt16BE(((ticks & 0x7fff) << 1) | 1, 3);
}
