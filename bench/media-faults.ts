/**
 * Random damages to segments of real size (15 s at 0.1 to 5 Mbit/s, made by ffmpeg), and the share of them that each level
 * finds. `npm run bench -- media-faults`.
 */
import { FAULTS, seededRandom, type Trial, tryFault, type Verdict } from "../test/support/faults/random-faults.ts";
import type { Report } from "./support/report.ts";

const SEED = 1;
const TRIALS = 40;

export async function run(report: Report): Promise<void> {
  const random = seededRandom(SEED);
  const rows = [];
  for (const fault of Object.keys(FAULTS)) {
    const trials: Trial[] = [];
    for (let count = 0; count < TRIALS; count += 1) trials.push(await tryFault(fault, random));
    rows.push([fault, ...(["probe", "hash"] as const).map((level) => share(trials, level))]);
  }
  report({ title: `${TRIALS} random damages of each kind`, columns: ["damage", "probe", "hash"], rows });
}

function share(trials: Trial[], level: "probe" | "hash"): string {
  const percent = (verdict: Verdict) =>
    `${Math.round((trials.filter((trial) => trial[level] === verdict).length * 100) / trials.length)} %`;
  return `${percent("error")}, ${percent("warning")} a warning`;
}
