/** The media that the readers' tests share, and the foreign witness of what is in it. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";

import { hasFfmpeg, mediaFile } from "../../dev/media/media-set.ts";
import type { ByteSource } from "../../src/media/byte-source.ts";

const run = promisify(execFile);

/** Why tests with real media are skipped, or `false`. */
export const NO_FFMPEG = (await hasFfmpeg()) ? false : "there is no ffmpeg on the PATH to make media with";

export async function readMedia(name: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(await mediaFile(name)));
}

/** Bytes as a file, which must not be read outside. */
export function sourceOf(bytes: Uint8Array): ByteSource & { readBytes(): number; reads(): number } {
  let readBytes = 0;
  let reads = 0;
  return {
    sizeBytes: bytes.length,
    async read(first, length) {
      if (first < 0 || length < 0 || !Number.isInteger(first) || !Number.isInteger(length))
        throw new Error("no such range");
      const piece = bytes.subarray(first, first + length);
      readBytes += piece.length;
      reads += 1;
      return piece;
    },
    readBytes: () => readBytes,
    reads: () => reads,
  };
}

export type Witness = {
  format: { duration?: string; format_name: string };
  streams: {
    codec_type: string;
    codec_name: string;
    duration?: string;
    start_time?: string;
    nb_frames?: string;
    nb_read_packets?: string;
  }[];
};

/** What ffprobe says of a file, its packets counted. */
export async function askFfprobe(name: string): Promise<Witness> {
  const show = ["-v", "error", "-count_packets", "-show_format", "-show_streams", "-of", "json"];
  const { stdout } = await run("ffprobe", [...show, await mediaFile(name)]);
  return JSON.parse(stdout);
}
