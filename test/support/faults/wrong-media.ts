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
  type Select,
  segment,
  snapshot,
  swap,
  twin,
  withoutEnd,
} from "../recordings/changes.ts";
import type { Stored } from "../recordings/sound-recording.ts";
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
  ]),
  ...damagesFoundAs({ check: "segment-corrupt", level: "probe", outcome: "damaged" }, [
    ["segment with an end of zeros", MIX, replace(segment(1), (bytes) => bytes.fill(0, 188 * 20))],
    ["segment with a hole of zeros", MIX, replace(segment(1), (bytes) => bytes.fill(0, 188 * 20, 188 * 24))],
    ["segment with packets missing in its middle", MIX, replace(segment(1), withoutMiddle)],
    ["segment with the middle of another", MIX, replace(segment(1), withMiddleOf(segment(3)))],
    ["segment whose packets are all marked as damaged", MIX, replace(segment(1), markPackets)],
  ]),
  ...damagesFoundAs({ check: "track-kind-wrong", level: "probe", outcome: "damaged" }, [
    ["sound and pictures of a user swapped", USERS, swapTracks],
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
    ["MP4 without its media", MOVIES, replace(mp4(0), withoutMedia)],
    ["MP4 with a box of 2^63 bytes", MOVIES, replace(mp4(0), withBox(2n ** 63n))],
  ]),
  ...damagesFoundAs({ check: "mp4-not-media", level: "probe", outcome: "damaged" }, [
    ["MP4 an error document", MOVIES, replace(mp4(0), () => ERROR_DOCUMENT)],
    ["MP4 a transport stream", MOVIES, copy(segment(0), mp4(0))],
  ]),
  ...damagesFoundAs({ check: "mp4-unfinished", level: "probe", outcome: "incomplete" }, [
    ["MP4 whose moov is behind a box without an end", MOVIES, replace(mp4(0), withBox(0n))],
    ["MP4 still being written", MOVIES, replace(mp4(0), unfinished)],
  ]),
  ...damagesFoundAs({ check: "mp4-no-moov", level: "probe", outcome: "damaged" }, [
    ["MP4 without moov", MOVIES, replace(mp4(0), withoutMoov)],
  ]),
  ...damagesFoundAs({ check: "mp4-repeated", level: "probe", outcome: "damaged" }, [
    ["MP4 the one before once more", MOVIES, copy(mp4(0), mp4(1))],
  ]),
  ...damagesFoundAs({ check: "mp4-duration", level: "probe", outcome: "incomplete" }, [
    ["last MP4 missing", MOVIES, remove(mp4(1))],
  ]),
  ...damagesFoundAs({ check: "snapshot-not-media", level: "probe", outcome: "damaged" }, [
    ["snapshot an error document", SNAPSHOTS, replace(snapshot(0), () => ERROR_DOCUMENT)],
  ]),
  ...damagesFoundAs({ check: "snapshot-truncated", level: "probe", outcome: "damaged" }, [
    ["snapshot cut", SNAPSHOTS, replace(snapshot(0), (bytes) => bytes.subarray(0, 700))],
    ["snapshot cut behind its thumbnail", SNAPSHOTS, replace(snapshot(0), cutBehindThumbnail)],
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

const PACKET = 188;

/** As an upload that lost one of its parts. */
function withoutMiddle(content: Buffer): Uint8Array {
  return Buffer.concat([content.subarray(0, PACKET * 15), content.subarray(PACKET * 20)]);
}

function withMiddleOf(other: Select): (content: Buffer, stored: Stored) => Uint8Array {
  return (content, stored) => {
    const foreign = stored.objects.get(other(stored)) ?? new Uint8Array();
    content.set(foreign.subarray(PACKET * 13, PACKET * 23), PACKET * 15);
    return content;
  };
}

/** `transport_error_indicator`: ISO/IEC 13818-1, 2.4.3.3. */
function markPackets(content: Buffer): Uint8Array {
  return content.map((byte, at) => (at % PACKET === 1 && at > PACKET * 8 ? byte | 0x80 : byte));
}

/** All sound under the names of pictures, and the other way round. */
function swapTracks(stored: Stored): void {
  for (const index of [0, 1, 2]) swap(segment(index, 0), segment(index, 1))(stored);
}

/** Cut where the media began, which the box's header says are there. */
function withoutMedia(movie: Buffer): Uint8Array {
  const at = movie.indexOf("mdat") - 4;
  return Buffer.concat([movie.subarray(0, at), Buffer.of(0, 0, 0, 8), movie.subarray(at + 4, at + 8)]);
}

/** The size of the media is still open, and the movie does not come yet. */
function unfinished(movie: Buffer): Uint8Array {
  const type = movie.subarray(0, movie.readUInt32BE(0));
  return Buffer.concat([type, Buffer.of(0, 0, 0, 0), Buffer.from("mdat"), Buffer.alloc(5000, 7)]);
}

/** An Exif segment that holds a whole small picture, in front of the large one, which is cut. */
function cutBehindThumbnail(picture: Buffer): Uint8Array {
  const thumbnail = Buffer.concat([Buffer.from("Exif\0\0"), picture.subarray(0, 300), Buffer.of(0xff, 0xd9)]);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(thumbnail.length + 2);
  const start = Buffer.concat([picture.subarray(0, 2), Buffer.of(0xff, 0xe1), length, thumbnail]);
  return Buffer.concat([start, picture.subarray(2, 400)]);
}
