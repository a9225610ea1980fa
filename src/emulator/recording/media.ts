/**
 * The media that the emulator uploads: small files in `media/`, made by `media/generate.sh` with ffmpeg's test sources.
 * Each kind has twelve segments; a recording with more starts over at the first, where its times step back.
 */
import { readFile } from "node:fs/promises";

export type SegmentKind = "mix" | "audio" | "video";

/** The exact length of every segment. */
export const SEGMENT_SECONDS = 1.92;
/** Segments in one MP4. Agora begins a new MP4 after hours, the emulator after six segments. */
export const SEGMENTS_PER_MP4 = 6;

const SEGMENTS = 12;
const MP4S = SEGMENTS / SEGMENTS_PER_MP4;

export function segmentMediaName(kind: SegmentKind, index: number): string {
  return `${kind}-${String(index % SEGMENTS).padStart(2, "0")}.mpegts`;
}

/** What a web sender of VP8 sent: each segment is a whole file, and none holds both. */
export function webmMediaName(kind: Exclude<SegmentKind, "mix">, index: number): string {
  return `${kind}-${String(index % SEGMENTS).padStart(2, "0")}.webm`;
}

export function mp4MediaName(index: number): string {
  return `mix-${index % MP4S}.mp4`;
}

export const SNAPSHOT_MEDIA = "snapshot.jpg";

export async function readMedia(name: string): Promise<Uint8Array> {
  return readFile(new URL(`../media/${name}`, import.meta.url));
}
