/** One run: the setup, the plan played on it, the judgement, and nothing left of it. */
import type { RuntimeName } from "../../../dev/runtimes.ts";
import { judge } from "./judge.ts";
import type { Plan } from "./plan.ts";
import { play } from "./play.ts";
import { type ChaosSetup, startChaos } from "./chaos-setup.ts";

export type Report = {
  recordings: number;
  outcomes: Record<string, number>;
  /** How many workers died at each point. */
  deaths: Record<string, number>;
  violations: string[];
};

export type RunOptions = {
  runtime: RuntimeName;
  workers: number;
  /** Hears now and then how far the run is. */
  say: (line: string) => void;
};

const SAY_EVERY_MS = 30_000;

export async function run(plan: Plan, options: RunOptions): Promise<Report> {
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const { runtime, workers, say } = options;
    const setup = await startChaos({ runtime, workers, dice: plan.dice }, closers);
    return await playAndJudge(setup, { plan, say });
  } catch (error) {
    console.error(error); // now: closing what is half broken may fail as well, or never end
    throw error;
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function playAndJudge(setup: ChaosSetup, { plan, say }: { plan: Plan; say: RunOptions["say"] }): Promise<Report> {
  let ended = 0;
  const progress = setInterval(() => {
    const dead = setup.trouble.sprung.length;
    say(`${ended} of ${plan.recordings.length} recordings ended, ${dead} workers died in an effect`);
  }, SAY_EVERY_MS);
  try {
    const played = await play(setup, { ...plan, onEnd: () => (ended += 1) });
    const violations = await judge(setup, played);
    const ends = await Promise.all(setup.fleet.members.map((member) => member.drain()));
    violations.push(...ends.filter((wrong) => wrong !== undefined));
    const outcomes = count(played.map(({ ending }) => ("failed" in ending ? "failed" : ending.outcome)));
    return { recordings: played.length, outcomes, deaths: count(setup.trouble.sprung), violations };
  } finally {
    clearInterval(progress);
  }
}

function count(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names.toSorted()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
