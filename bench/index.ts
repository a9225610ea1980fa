/** `npm run bench` runs every benchmark but the soak, `npm run bench -- NAME` one; `--json FILE` keeps the figures. */
import { writeFile } from "node:fs/promises";
import process from "node:process";
import { parseArgs } from "node:util";

import { createReport } from "./support/report.ts";

const BENCHMARKS = new Map([
  ["waiting", () => import("./waiting.ts")],
  ["overhead", () => import("./overhead.ts")],
  ["parked", () => import("./parked/parked.ts")],
  ["lag", () => import("./lag.ts")],
  ["schedules", () => import("./schedules.ts")],
  ["growth", () => import("./growth/growth.ts")],
  ["start", () => import("./start.ts")],
  ["burst", () => import("./burst/burst.ts")],
  ["burst-workers", () => import("./burst/burst-workers.ts")],
  ["faults", () => import("./faults.ts")],
  ["media-faults", () => import("./media-faults.ts")],
  ["parser", () => import("./parser.ts")],
  ["levels", () => import("./levels/levels.ts")],
]);
/** Takes an hour. */
const ONLY_BY_NAME = new Map([["soak", () => import("./soak/soak.ts")]]);

const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
const { report, figures } = createReport();
for (const name of positionals.length > 0 ? positionals : BENCHMARKS.keys()) {
  const benchmark = BENCHMARKS.get(name) ?? ONLY_BY_NAME.get(name);
  if (benchmark === undefined) {
    console.error(
      `Cannot run benchmark "${name}": it is none of ${[...BENCHMARKS.keys(), ...ONLY_BY_NAME.keys()].join(", ")}`,
    );
    process.exit(2);
  }
  const { run } = await benchmark();
  await run(report);
}
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
