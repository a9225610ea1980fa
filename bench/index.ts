/** `npm run bench -- NAME`: runs one benchmark and prints its table. */
import process from "node:process";

const BENCHMARKS = new Map([
  ["start", () => import("./start.ts")],
  ["burst", () => import("./burst.ts")],
  ["faults", () => import("./faults.ts")],
  ["parser", () => import("./parser.ts")],
  ["levels", () => import("./levels.ts")],
]);

const name = process.argv[2] ?? "";
const benchmark = BENCHMARKS.get(name);
if (benchmark === undefined) {
  console.error(`Cannot run benchmark "${name}": it is none of ${[...BENCHMARKS.keys()].join(", ")}`);
  process.exit(2);
}
const { run } = await benchmark();
await run();
