/** Random damages to one segment of real size, from a seed, and what levels `probe` and `hash` say of them. */
import { readFile } from "node:fs/promises";

import { mediaFile } from "../../../dev/media/media-set.ts";
import { RATES, SEGMENT_SECONDS } from "../../../dev/media/recipes.ts";
import { PACKET_BYTES } from "../../../src/media/ts/transport-stream.ts";
import type { SegmentEntry } from "../../../src/recording/types.ts";
import { openBytes } from "../../../src/verify/file-reader.ts";
import { probeSegmentPackets, SegmentScan } from "../../../src/verify/segment-scan.ts";

/** Every media with sound and pictures of which a damage is made. */
const CONTENTS = ["noise", "moving", "still"].flatMap((content) => RATES.map((rate) => `${content}-${rate}k.mpegts`));

export type Random = () => number;

type Range = { from: number; to: number };
/** Gives the damaged bytes. `other` is another segment's content. */
type Fault = (bytes: Uint8Array, options: { range: Range; other: Uint8Array; random: Random }) => Uint8Array;

const NULL_PACKET = Uint8Array.of(0x47, 0x1f, 0xff, 0x10);

/** Each changes at least a tenth of the file, but the last one, which changes one bit. */
export const FAULTS: Record<string, Fault> = {
  "end cut off": (bytes, { range }) => bytes.subarray(0, bytes.length - (range.to - range.from)),
  "beginning cut off": (bytes, { range }) => bytes.subarray(range.to - range.from),
  "part lost": (bytes, { range }) => Buffer.concat([bytes.subarray(0, range.from), bytes.subarray(range.to)]),
  "part zeros": (bytes, { range }) => Uint8Array.from(bytes).fill(0, range.from, range.to),
  "part null packets": (bytes, { range }) => {
    const copy = Uint8Array.from(bytes).fill(0xff, range.from, range.to);
    for (let at = range.from; at < range.to; at += PACKET_BYTES) copy.set(NULL_PACKET, at);
    return copy;
  },
  "part of another segment": (bytes, { range, other }) => {
    const copy = Uint8Array.from(bytes);
    copy.set(other.subarray(0, range.to - range.from), range.from);
    return copy;
  },
  "one bit flipped": (bytes, { random }) => {
    const copy = Uint8Array.from(bytes);
    const at = Math.floor(random() * copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(random() * 8));
    return copy;
  },
};

/** Each level's word of one damage: an error, a warning, or nothing. */
export type Verdict = "error" | "warning" | "nothing";
export type Trial = { fault: string; content: string; probe: Verdict; hash: Verdict };

/** Makes one damage of this kind to media chosen at random. */
export async function tryFault(fault: string, random: Random): Promise<Trial> {
  const content = pick(CONTENTS, random);
  const bytes = await readSegment(content);
  const other = await readSegment(
    pick(
      CONTENTS.filter((name) => name !== content),
      random,
    ),
  );
  const make = FAULTS[fault];
  if (make === undefined) throw new Error(`Cannot make the damage "${fault}": it is not in the table`);
  const damaged = make(bytes, { range: chooseRange(bytes, random), other, random });
  return { fault, content, ...(await judge(damaged)) };
}

async function judge(bytes: Uint8Array): Promise<Pick<Trial, "probe" | "hash">> {
  const entry: SegmentEntry = {
    key: "segment.ts",
    sizeBytes: bytes.length,
    etag: "",
    lastModified: "",
    container: "ts",
    durationSeconds: SEGMENT_SECONDS,
    discontinuity: false,
  };
  const scan = new SegmentScan(entry);
  scan.take(bytes);
  const results = [await probeSegmentPackets(entry, openBytes(bytes)), scan.finish()];
  const [probe = "nothing", hash = "nothing"] = results.map(({ problems }): Verdict => {
    if (problems.length === 0) return "nothing";
    return problems.some(({ severity }) => severity === "error") ? "error" : "warning";
  });
  return { probe, hash };
}

/** Whole packets: a cut within one is found by the length alone. From a tenth to half of the file, anywhere. */
function chooseRange(bytes: Uint8Array, random: Random): Range {
  const packets = Math.floor(bytes.length / PACKET_BYTES);
  const length = Math.floor(packets * (0.1 + 0.4 * random()));
  const from = Math.floor((packets - length) * random());
  return { from: from * PACKET_BYTES, to: (from + length) * PACKET_BYTES };
}

const segments = new Map<string, Promise<Uint8Array>>();

async function readSegment(name: string): Promise<Uint8Array> {
  const known = segments.get(name) ?? mediaFile(name).then((path) => readFile(path));
  segments.set(name, known);
  return known;
}

function pick(names: readonly string[], random: Random): string {
  return names[Math.floor(random() * names.length)] ?? "";
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
