/**
 * The media that the emulator uploads: small files in `src/emulator/media`, made by `media/generate.sh` with ffmpeg's test sources.
 * There are twelve segments of each kind; a recording that asks for more begins again at the first (its times then step back).
 */
import { readFile } from "node:fs/promises";

export type SegmentKind = "mix" | "audio" | "video";

/** The exact length of every segment. */
export const SEGMENT_SECONDS = 1.92;
/** How many segments one MP4 holds. Agora begins a new MP4 after hours, the emulator after six segments. */
export const SEGMENTS_PER_MP4 = 6;

const SEGMENTS = 12;
const MP4S = SEGMENTS / SEGMENTS_PER_MP4;

export function segmentMediaName(kind: SegmentKind, index: number): string {
  return `${kind}-${String(index % SEGMENTS).padStart(2, "0")}.mpegts`;
}

export function mp4MediaName(index: number): string {
  return `mix-${index % MP4S}.mp4`;
}

export const SNAPSHOT_MEDIA = "snapshot.jpg";

export async function readMedia(name: string): Promise<Uint8Array> {
  return readFile(new URL(`../media/${name}`, import.meta.url));
}
