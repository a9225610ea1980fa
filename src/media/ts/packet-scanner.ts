/**
 * Sees every packet of a transport stream (ISO/IEC 13818-1, 2.4.3) go by, in chunks of any size. Takes any bytes, never
 * throws, does a bounded piece of work for each packet, and its memory depends on the number of PIDs only (at most 8192).
 */
import { Continuity } from "./continuity.ts";
import { parsePesHeader } from "./pes-header.ts";
import { type AnnouncedStream, parsePat, parsePmt, type StreamKind } from "./program-tables.ts";
import { SectionCollector } from "./section.ts";
import { StreamClock, type StreamTimes } from "./stream-clock.ts";
import { PACKET_BYTES, SYNC_BYTE } from "./transport-stream.ts";

const PAT_PID = 0;
const NULL_PID = 0x1fff;
/** A recording has one program. */
const MAX_PROGRAMS = 64;

export type ScannedStream = {
  pid: number;
  /** As the PMT says, else as the id of its PES packets says. */
  kind: StreamKind;
  codec: string | null;
  isAnnounced: boolean;
  packets: number;
  continuityErrors: number;
  firstContinuityErrorAt: number | null;
  scrambledPackets: number;
  pesCount: number;
  times: StreamTimes | null;
};

export type PacketScan = {
  packets: number;
  nullPackets: number;
  /** Packets without the sync byte at their place. */
  lostPackets: number;
  /** The first of them, as a byte of the file. */
  lostAt: number | null;
  /** Packets with `transport_error_indicator`: their sender knew that they are damaged. */
  transportErrors: number;
  /** Bytes behind the last whole packet. */
  trailingBytes: number;
  hasProgram: boolean;
  streams: ScannedStream[];
};

type Stream = ScannedStream & { continuity: Continuity; clock: StreamClock; sections: SectionCollector | null };

export type ScanOptions = {
  /** Where in the file the first chunk begins; a multiple of the packet's length. */
  offset?: number;
  /** Streams that are known already, for a part of a file in which no table may be. */
  announced?: readonly AnnouncedStream[];
};

export class PacketScanner {
  /** By PID, which has 13 bits. */
  readonly #streams: (Stream | undefined)[] = [];
  readonly #rest = new Uint8Array(PACKET_BYTES);
  #restBytes = 0;
  #at: number;
  #programs = 0;
  readonly #counts = { packets: 0, nullPackets: 0, lostPackets: 0, transportErrors: 0, hasProgram: false };
  #lostAt: number | null = null;

  constructor({ offset = 0, announced = [] }: ScanOptions = {}) {
    this.#at = offset;
    this.#announce(announced);
  }

  take(chunk: Uint8Array): void {
    let at = 0;
    if (this.#restBytes > 0) {
      at = Math.min(PACKET_BYTES - this.#restBytes, chunk.length);
      this.#rest.set(chunk.subarray(0, at), this.#restBytes);
      this.#restBytes += at;
      if (this.#restBytes < PACKET_BYTES) return;
      this.#packet(this.#rest, 0);
      this.#restBytes = 0;
    }
    for (; at + PACKET_BYTES <= chunk.length; at += PACKET_BYTES) this.#packet(chunk, at);
    this.#rest.set(chunk.subarray(at));
    this.#restBytes = chunk.length - at;
  }

  /** What is known so far. */
  get scan(): PacketScan {
    const streams = this.#streams.filter((stream) => stream !== undefined).map(summarizeStream);
    return { ...this.#counts, lostAt: this.#lostAt, trailingBytes: this.#restBytes, streams };
  }

  /** One whole packet that begins at `at`: 2.4.3.2. */
  #packet(bytes: Uint8Array, at: number): void {
    const place = this.#at;
    this.#at += PACKET_BYTES;
    this.#counts.packets += 1;
    if (bytes[at] !== SYNC_BYTE) {
      this.#counts.lostPackets += 1;
      this.#lostAt ??= place;
      return;
    }
    const flags = bytes[at + 1] ?? 0;
    if ((flags & 0x80) !== 0) {
      this.#counts.transportErrors += 1;
      return;
    }
    const pid = ((flags & 0x1f) << 8) | (bytes[at + 2] ?? 0);
    if (pid === NULL_PID) this.#counts.nullPackets += 1;
    else this.#payload(this.#streamOf(pid), { bytes, at, place });
  }

  #payload(stream: Stream, { bytes, at, place }: { bytes: Uint8Array; at: number; place: number }): void {
    stream.packets += 1;
    const control = bytes[at + 3] ?? 0;
    const adaptationBytes = (control & 0x20) === 0 ? 0 : 1 + (bytes[at + 4] ?? 0);
    if ((control & 0x10) === 0) return;

    const isDiscontinuity = adaptationBytes > 1 && ((bytes[at + 5] ?? 0) & 0x80) !== 0;
    stream.continuity.take({ counter: control & 0x0f, isDiscontinuity, sample: takeSample(bytes, at) }, place);
    if ((control & 0xc0) !== 0) {
      stream.scrambledPackets += 1;
      return;
    }
    const startsUnit = ((bytes[at + 1] ?? 0) & 0x40) !== 0;
    const start = at + 4 + adaptationBytes;
    const end = at + PACKET_BYTES;
    if (stream.sections !== null) this.#table(stream, { payload: bytes.subarray(start, end), startsUnit });
    else if (startsUnit) startPes(stream, parsePesHeader(bytes, { at: start, end }), place);
  }

  #table({ pid, sections }: Stream, { payload, startsUnit }: { payload: Uint8Array; startsUnit: boolean }): void {
    for (const section of sections?.take(payload, startsUnit) ?? []) {
      if (pid === PAT_PID) this.#openPrograms(parsePat(section));
      else this.#announce(parsePmt(section));
    }
  }

  #openPrograms(pids: number[]): void {
    for (const pid of pids) {
      const stream = this.#streamOf(pid);
      if (stream.sections !== null || this.#programs >= MAX_PROGRAMS) continue;
      stream.sections = new SectionCollector();
      this.#programs += 1;
    }
  }

  #announce(streams: readonly AnnouncedStream[]): void {
    for (const { pid, kind, codec } of streams) {
      this.#counts.hasProgram = true;
      Object.assign(this.#streamOf(pid), { kind, codec, isAnnounced: true });
    }
  }

  #streamOf(pid: number): Stream {
    const known = this.#streams[pid];
    if (known !== undefined) return known;
    const stream = newStream(pid);
    this.#streams[pid] = stream;
    return stream;
  }
}

function newStream(pid: number): Stream {
  return {
    pid,
    kind: "other",
    codec: null,
    isAnnounced: false,
    packets: 0,
    continuityErrors: 0,
    firstContinuityErrorAt: null,
    scrambledPackets: 0,
    pesCount: 0,
    times: null,
    continuity: new Continuity(),
    clock: new StreamClock(),
    sections: pid === PAT_PID ? new SectionCollector() : null,
  };
}

function summarizeStream({ continuity, clock, sections, ...stream }: Stream): ScannedStream {
  const { errors, firstErrorAt } = continuity;
  const kind = sections === null ? stream.kind : "other";
  const times = clock.times && { ...clock.times };
  return { ...stream, kind, continuityErrors: errors, firstContinuityErrorAt: firstErrorAt, times };
}

function startPes(stream: Stream, header: ReturnType<typeof parsePesHeader>, at: number): void {
  if (header === undefined) return;
  stream.pesCount += 1;
  const { streamId, pts, dts } = header;
  // 2.4.3.7, table 2-22: sound has the ids 0xC0 to 0xDF, pictures 0xE0 to 0xEF.
  if (!stream.isAnnounced && streamId >= 0xc0 && streamId <= 0xef) stream.kind = streamId < 0xe0 ? "audio" : "video";
  if (pts !== null && dts !== null) stream.clock.take({ pts, dts, at });
}

/** Four bytes from the middle and the end of a packet, where the clock of 2.4.3.5 is not, which may differ in a repeated one. */
function takeSample(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at + 100] ?? 0) << 24) | ((bytes[at + 140] ?? 0) << 16);
  return high | ((bytes[at + 186] ?? 0) << 8) | (bytes[at + 187] ?? 0);
}
