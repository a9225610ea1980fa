/** Damages of the media themselves: a listing cannot show them. */
import {
  all,
  copy,
  edit,
  ERROR_DOCUMENT,
  mp4,
  playlist,
  remove,
  replace,
  segment,
  snapshot,
  swap,
  twin,
  withoutEnd,
} from "../recordings/changes.ts";
import { type Damage, LONG, MIX, MOVIES, damagesFoundAs, SNAPSHOTS, USERS } from "./damage.ts";

export const wrongMedia: Damage[] = [
  ...damagesFoundAs({ check: "object-changed", level: "head", outcome: "damaged", when: "after-listing" }, [
    ["segment overwritten since the listing", MIX, copy(segment(0), segment(1))],
    ["segment emptied since the listing", MIX, replace(segment(1), () => "")],
    ["MP4 overwritten since the listing", MOVIES, copy(mp4(0), mp4(1))],
    ["playlist overwritten since the listing", MIX, edit(playlist(), withoutEnd)],
  ]),
  ...damagesFoundAs({ check: "segment-truncated", level: "probe", outcome: "damaged" }, [
    ["segment cut within a packet", MIX, replace(segment(1), (bytes) => bytes.subarray(0, 1001))],
    ["segment with an end of zeros", MIX, replace(segment(1), (bytes) => bytes.fill(0, 188 * 20))],
  ]),
  ...damagesFoundAs({ check: "segment-duration", level: "probe", outcome: "damaged" }, [
    ["segment cut between packets", LONG, replace(segment(1), (bytes) => bytes.subarray(0, 188 * 20))],
    [
      "segment with twice the length in the playlist",
      LONG,
      edit(playlist(), (text) => text.replace("TION:16", "TION:31").replace("15.360000", "30.720000")),
    ],
    ["sound of one user cut", { ...USERS, ...LONG }, replace(segment(1, 2), (bytes) => bytes.subarray(0, 188 * 12))],
  ]),
  ...damagesFoundAs({ check: "segment-not-media", level: "probe", outcome: "damaged" }, [
    ["segment of zeros", MIX, replace(segment(1), (bytes) => bytes.fill(0))],
    ["segment of padding", MIX, replace(segment(1), (bytes) => paddingPackets(bytes.length))],
    ["segment an error document", MIX, replace(segment(1), () => ERROR_DOCUMENT)],
    ["segment encrypted", MIX, replace(segment(1), (bytes) => bytes.map((byte) => byte ^ 0x5a))],
    ["segment an MP4", MOVIES, copy(mp4(0), segment(1))],
  ]),
  ...damagesFoundAs({ check: "segment-repeated", level: "probe", outcome: "damaged" }, [
    ["segment the one before once more", MIX, copy(segment(1), segment(2))],
    [
      "segment there twice, and named twice",
      MIX,
      all(
        copy(segment(-1), twin(-1)),
        edit(playlist(), (text, stored) =>
          text.replace("#EXT-X-ENDLIST", `#EXTINF:1.920000\n${twin(-2)(stored)}\n#EXT-X-ENDLIST`),
        ),
      ),
    ],
  ]),
  ...damagesFoundAs({ check: "segment-order", level: "probe", outcome: "damaged" }, [
    ["contents of two segments swapped", MIX, swap(segment(1), segment(2))],
  ]),
  ...damagesFoundAs({ check: "mp4-truncated", level: "probe", outcome: "damaged" }, [
    ["MP4 cut", MOVIES, replace(mp4(1), (bytes) => bytes.subarray(0, -1000))],
    ["MP4 an error document", MOVIES, replace(mp4(0), () => ERROR_DOCUMENT)],
    ["MP4 a transport stream", MOVIES, copy(segment(0), mp4(0))],
    ["MP4 with a box of 2^63 bytes", MOVIES, replace(mp4(0), withBox(2n ** 63n))],
  ]),
  ...damagesFoundAs({ check: "mp4-no-moov", level: "probe", outcome: "damaged" }, [
    ["MP4 without moov", MOVIES, replace(mp4(0), withoutMoov)],
    ["MP4 whose moov is behind a box without an end", MOVIES, replace(mp4(0), withBox(0n))],
  ]),
  ...damagesFoundAs({ check: "mp4-repeated", level: "probe", outcome: "damaged" }, [
    ["MP4 the one before once more", MOVIES, copy(mp4(0), mp4(1))],
  ]),
  ...damagesFoundAs({ check: "mp4-duration", level: "probe", outcome: "damaged" }, [
    ["last MP4 missing", MOVIES, remove(mp4(1))],
  ]),
  ...damagesFoundAs({ check: "snapshot-not-media", level: "probe", outcome: "damaged" }, [
    ["snapshot an error document", SNAPSHOTS, replace(snapshot(0), () => ERROR_DOCUMENT)],
  ]),
  ...damagesFoundAs({ check: "snapshot-truncated", level: "probe", outcome: "damaged" }, [
    ["snapshot cut", SNAPSHOTS, replace(snapshot(0), (bytes) => bytes.subarray(0, 700))],
  ]),
  ...damagesFoundAs({ check: "segment-corrupt", level: "hash", outcome: "damaged" }, [
    ["segment with a hole of zeros", MIX, replace(segment(1), (content) => content.fill(0, 188 * 20, 188 * 24))],
  ]),
  ...damagesFoundAs({ check: "checksum-mismatch", level: "hash", outcome: "damaged", when: "on-disk" }, [
    ["segment rotten on disk", MIX, replace(segment(1), flipBit)],
    ["MP4 rotten on disk", MOVIES, replace(mp4(0), flipBit)],
    ["snapshot rotten on disk", SNAPSHOTS, replace(snapshot(0), flipBit)],
  ]),
];

/** Packets that carry nothing: ISO/IEC 13818-1, 2.4.1. */
function paddingPackets(length: number): Uint8Array {
  return Buffer.alloc(length).map((_, at) => [0x47, 0x1f, 0xff, 0x10][at % 188] ?? 0xff);
}

/** The movie box of the emulator's MP4s follows the file type. */
function withoutMoov(movie: Buffer): Uint8Array {
  const typeBytes = movie.readUInt32BE(0);
  return Buffer.concat([movie.subarray(0, typeBytes), movie.subarray(typeBytes + movie.readUInt32BE(typeBytes))]);
}

/** Puts a box behind the file type that says that it has so many bytes; 0 means all that follow: ISO/IEC 14496-12, 4.2. */
function withBox(sizeBytes: bigint): (movie: Buffer) => Uint8Array {
  const header = Buffer.from("....free........", "latin1");
  header.writeUInt32BE(sizeBytes === 0n ? 0 : 1, 0); // 1: a 64-bit size follows the type
  header.writeBigUInt64BE(sizeBytes, 8);
  return (movie) => {
    const typeBytes = movie.readUInt32BE(0);
    return Buffer.concat([movie.subarray(0, typeBytes), header, movie.subarray(typeBytes)]);
  };
}

/** One bit in the middle, in the payload of a packet. */
function flipBit(content: Buffer): Uint8Array {
  const at = Math.floor(content.length / 2 / 188) * 188 + 100;
  content.writeUInt8(content.readUInt8(at) ^ 1, at);
  return content;
}
