/** One run: the stage, the plan played on it, the judgement, and nothing left of it. */
import type { WorkerRuntime } from "../../dev/worker-child.ts";
import { judge } from "./judge.ts";
import type { Plan } from "./plan.ts";
import { play } from "./play.ts";
import { startStage } from "./stage.ts";

export type Report = {
  recordings: number;
  outcomes: Record<string, number>;
  /** At which points workers died. */
  deaths: string[];
  violations: string[];
};

/** SIGTERM came before the worker listened to it: it had died, and was just being started again. */
const STARTING = 128 + 15;

export async function run(
  plan: Plan,
  { runtime, workers }: { runtime: WorkerRuntime; workers: number },
): Promise<Report> {
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const stage = await startStage({ runtime, workers, dice: plan.dice }, closers);
    const told = await play(stage, plan);
    const violations = await judge(stage, told);
    const ends = await Promise.all(stage.fleet.members.map((member) => member.drain()));
    violations.push(
      ...ends.flatMap((code, number) =>
        code === 0 || code === STARTING ? [] : [`Worker ${number} drained with ${code}`],
      ),
    );
    const outcomes: Record<string, number> = {};
    for (const { ending } of told) {
      const outcome = "failed" in ending ? "failed" : ending.outcome;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    }
    return { recordings: told.length, outcomes, deaths: stage.trouble.sprung, violations };
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}
