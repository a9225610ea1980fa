/** Damages to a transport stream, packet by packet, by the time at which they play. */
import { parsePesHeader } from "../../../src/media/ts/pes-header.ts";
import { PACKET_BYTES } from "../../../src/media/ts/transport-stream.ts";

/** A packet, its PID, and the seconds after the first time stamp at which its stream was last seen to play. */
export type Packet = { bytes: Uint8Array; pid: number; seconds: number };

export function packetsOf(bytes: Uint8Array): Packet[] {
  const seen = new Map<number, number>();
  let first: number | undefined;
  let latest = 0;
  return Array.from({ length: Math.floor(bytes.length / PACKET_BYTES) }, (_, index) => {
    const packet = bytes.subarray(index * PACKET_BYTES, (index + 1) * PACKET_BYTES);
    const pid = (((packet[1] ?? 0) & 0x1f) << 8) | (packet[2] ?? 0);
    const start = 4 + (((packet[3] ?? 0) & 0x20) === 0 ? 0 : 1 + (packet[4] ?? 0));
    const header =
      ((packet[1] ?? 0) & 0x40) === 0 ? undefined : parsePesHeader(packet, { at: start, end: PACKET_BYTES });
    if (typeof header?.dts === "number") {
      first ??= header.dts;
      latest = (header.dts - first) / 90_000;
      seen.set(pid, latest);
    }
    return { bytes: packet, pid, seconds: seen.get(pid) ?? latest };
  });
}

const NULL_PACKET = new Uint8Array(PACKET_BYTES).fill(0xff);
NULL_PACKET.set([0x47, 0x1f, 0xff, 0x10]);

export type Part = (packet: Packet) => boolean;

/** The packets that are not of a part: as an upload that lost it. */
export function remove(packets: Packet[], part: Part): Uint8Array {
  return Buffer.concat(packets.filter((packet) => !part(packet)).map(({ bytes }) => bytes));
}

/** Null packets in the place of a part. */
export function blank(packets: Packet[], part: Part): Uint8Array {
  return Buffer.concat(packets.map((packet) => (part(packet) ? NULL_PACKET : packet.bytes)));
}

/** Zeros in the place of a part. */
export function zero(packets: Packet[], part: Part): Uint8Array {
  return Buffer.concat(packets.map((packet) => (part(packet) ? new Uint8Array(PACKET_BYTES) : packet.bytes)));
}
