/** The recordings that the levels are measured with, put into a store. */
import type { Bucket } from "../../src/bucket/bucket.ts";
import { mapConcurrently } from "../../src/lib/map-concurrently.ts";
import { PACKET_BYTES } from "../../src/media/ts/transport-stream.ts";
import { soundRecording, type RecordingOptions } from "../../test/support/recordings/sound-recording.ts";

const MIB = 2 ** 20;
const AT_ONCE = 16;

export type Measured = { name: string; options: RecordingOptions; segmentBytes?: number };

export const RECORDINGS: Measured[] = [
  { name: "1 h mix", options: { segments: 240 } },
  { name: "1 h mix, 1 MiB a segment", options: { segments: 240 }, segmentBytes: MIB },
  { name: "24 h mix", options: { segments: 5760 } },
  // Three tracks of 24 h.
  { name: "24 h of 3 users", options: { segments: 5760, users: ["1", "2", "3"], mode: "individual" } },
];

/** Audio alone, so that 5,760 segments for each user are 17,280 in all; every one has bytes of its own. */
export async function upload(bucket: Bucket, { prefix, options, segmentBytes }: Measured & { prefix: string }) {
  const stored = await soundRecording({ ...options, segmentSeconds: 15.36, startSeconds: 10 });
  const signal = AbortSignal.timeout(30 * 60_000);
  const files = [...stored.objects].filter(([name]) => !name.includes("_e_video"));
  await mapConcurrently(files, {
    limit: AT_ONCE,
    work: ([name, bytes]) => {
      const body = name.endsWith(".ts") ? padSegment(bytes, segmentBytes ?? 0) : bytes;
      return bucket.put(prefix + name, body, { signal, contentType: "application/octet-stream" });
    },
  });
  return { expectation: { ...stored.expectation, prefix }, size: files.length };
}

/** A segment with packets that carry nothing (ISO/IEC 13818-1, 2.4.1) between its first and its second half. */
function padSegment(segment: Uint8Array, sizeBytes: number): Uint8Array {
  const packets = Math.max(0, Math.floor((sizeBytes - segment.length) / PACKET_BYTES));
  const packet = Buffer.alloc(PACKET_BYTES, 0xff);
  packet.writeUInt32BE(0x471fff10, 0);
  const middle = Math.floor(segment.length / 2 / PACKET_BYTES) * PACKET_BYTES;
  return Buffer.concat([
    segment.subarray(0, middle),
    ...Array.from({ length: packets }, () => packet),
    segment.subarray(middle),
  ]);
}
