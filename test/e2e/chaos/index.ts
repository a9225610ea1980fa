/**
 * `npm run chaos -- [--seed N] [--recordings 200] [--workers 3] [--seconds 60] [--runtime node|bun|deno]`
 *
 * Prints its plan, then what came of it; ends with 1 when anything that must hold did not, and with 2 when the run broke. The same seed makes the same plan;
 * what real processes do between two lines of it is theirs.
 */
import { randomInt } from "node:crypto";
import process from "node:process";
import { parseArgs } from "node:util";

import { type RuntimeName, RUNTIMES } from "../../../dev/runtimes.ts";
import { makePlan } from "./plan.ts";
import { run } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    recordings: { type: "string", default: "200" },
    workers: { type: "string", default: "3" },
    seconds: { type: "string", default: "60" },
    runtime: { type: "string", default: "node" },
  },
});
const runtime = runtimeOf(values.runtime);
const [seed, recordings, workers] = [Number(values.seed), Number(values.recordings), Number(values.workers)];
const plan = makePlan({ seed, recordings, workers, forMs: Number(values.seconds) * 1000 });

say(`Seed ${seed}, ${recordings} recordings, ${workers} workers on ${runtime}`);
for (const line of [...plan.recordings, ...plan.faults].toSorted((a, b) => a.atMs - b.atMs)) say(JSON.stringify(line));

const began = Date.now();
const { outcomes, deaths, violations } = await run(plan, { runtime, workers, say }).catch(exitBroken);
for (const violation of violations) say(`VIOLATION ${violation}`);
say(`Outcomes: ${JSON.stringify(outcomes)}`);
say(`Died at: ${JSON.stringify(deaths)}`);
say(
  `Seed ${seed} on ${runtime}: ${recordings} recordings, ${violations.length} violations, ${Math.round((Date.now() - began) / 1000)} s`,
);
process.exitCode = violations.length === 0 ? 0 : 1;

/** The suite itself failed: nothing is known of the recordings, and what still waits for them must not keep the process. */
function exitBroken(): never {
  process.exit(2);
}

function runtimeOf(name: string): RuntimeName {
  const found = RUNTIMES.find((each) => each === name);
  if (found === undefined) throw new Error(`Cannot run workers on "${name}": it is none of ${RUNTIMES.join(", ")}`);
  return found;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
