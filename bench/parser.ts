/**
 * Reading a playlist of 20,000 segments: our strict reader against two parsers that are made for players.
 * The bar: at least twice as fast as either. `npm run bench -- parser`.
 */
import HLS from "hls-parser";
import { Parser } from "m3u8-parser";

import { parsePlaylist } from "../src/media/hls/media-playlist.ts";
import { writeBars } from "./support/bars.ts";
import { median } from "./support/median.ts";
import { type Report, roundSignificant } from "./support/report.ts";

const SEGMENTS = 20_000;
const RUNS = 40;
/** A worker parses all day: its code is warm. */
const WARM_UP = 20;

/** One row for each parser: the median and the best of many runs that take turns. */
export async function run(report: Report): Promise<void> {
  const bytes = Buffer.from(playlistText());
  const parsers = {
    "tailslate, from bytes, with every check": () => parsePlaylist(bytes).segments.length,
    "hls-parser 0.16.1": () => countSegments(HLS.parse(bytes.toString())),
    "m3u8-parser 7.2.0": () => parseForPlayer(bytes.toString()),
  };
  const times = new Map(Object.keys(parsers).map((name) => [name, [] as number[]]));
  for (let round = -WARM_UP; round < RUNS; round += 1) {
    for (const [name, parse] of Object.entries(parsers)) {
      const begin = performance.now();
      if (parse() !== SEGMENTS) throw new Error(`Cannot compare ${name}: it lost segments`);
      if (round >= 0) times.get(name)?.push(performance.now() - begin);
    }
  }

  const ours = median(times.values().next().value ?? []);
  const rows = [...times].map(([name, taken]) => ({ name, median: median(taken), best: Math.min(...taken) }));
  report({
    title: `${SEGMENTS} segments, ${bytes.length} bytes, ${RUNS} runs in turn`,
    columns: ["parser", "median ms", "best ms", "times ours"],
    rows: rows.map((each) => [each.name, ...[each.median, each.best, each.median / ours].map(roundSignificant)]),
  });
  await writeBars("parser", {
    title: `Reading a playlist of ${SEGMENTS.toLocaleString("en")} segments`,
    label: "milliseconds, median",
    bars: rows.map((each, index) => ({ name: each.name, value: roundSignificant(each.median), ours: index === 0 })),
  });
}

function playlistText(): string {
  const startMs = Date.UTC(2026, 10, 23);
  const lines = Array.from({ length: SEGMENTS }, (_, index) => {
    const utc = new Date(startMs + index * 15_000).toISOString().replaceAll(/\D/g, "");
    return `#EXTINF:${(15 + (index % 997) / 1000).toFixed(6)},\n38f8e3cfdc474cd56fc1ceba380d7e1a_room__uid_s_123__uid_e_video_${utc}.ts`;
  });
  return ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:16", ...lines, "#EXT-X-ENDLIST", ""].join("\n");
}

function countSegments(playlist: ReturnType<typeof HLS.parse>): number {
  return playlist.isMasterPlaylist ? 0 : playlist.segments.length;
}

function parseForPlayer(text: string): number {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest.segments.length;
}
