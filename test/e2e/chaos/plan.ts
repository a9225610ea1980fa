/** What one run does, as data: a function of the seed and the size alone. */
import * as fc from "fast-check";

import { CASE_NAMES, type CaseName } from "./cases.ts";
import { EFFECTS, type Point, type Service, SERVICES, type Way, WAYS } from "./trouble.ts";

export type Interference = { kind: "cancel" | "force-stop"; afterMs: number };

export type PlannedRecording = {
  atMs: number;
  caseName: CaseName;
  /** Where its files go, beside others'. */
  directory: string;
  /** What an operator does, and how long after the start. */
  interference: Interference | null;
};

/** `between effects`: at the first moment at which the workers wait for no answer, so that most likely nothing is under way. */
type Moment = "at once" | "between effects";

export type Fault = { atMs: number } & (
  | { kind: "kill"; worker: number; when: Moment }
  | { kind: "kill at"; point: Point }
  | { kind: "Temporal killed"; forMs: number; when: Moment }
  | { kind: "trouble"; service: Service; way: Way; forMs: number }
  | { kind: "clock"; worker: number; offByMs: number }
);

/** `dice`: numbers from 0 to 1 for what comes with each request: which rubbish, how slow. */
export type Plan = { seed: number; recordings: PlannedRecording[]; faults: Fault[]; dice: number[] };

export type PlanOptions = { seed: number; recordings: number; workers: number; forMs: number };

const MINUTE_MS = 60_000;
const DIRECTORIES = 100;
const POINTS = EFFECTS.flatMap((effect): Point[] => [`before ${effect}`, `after ${effect}`]);
/** A store refuses signatures that are a quarter of an hour off. */
const FARTHEST_CLOCK_MS = 10 * 60_000;

/** The whole plan: in each minute kills at every point and at random, and every trouble of every service. */
export function makePlan(options: PlanOptions): Plan {
  const { forMs, workers } = options;
  const minutes = Math.max(1, Math.round(forMs / MINUTE_MS));
  const lengthMs = forMs / minutes;
  const faults = Array.from({ length: minutes }, (_, minute) =>
    faultsOfOneMinute({ fromMs: minute * lengthMs, untilMs: (minute + 1) * lengthMs, workers }),
  );
  return sample(options, faults.flat());
}

type Minute = { fromMs: number; untilMs: number; workers: number };

function faultsOfOneMinute({ fromMs, untilMs, workers }: Minute): fc.Arbitrary<Fault>[] {
  const atMs = fc.integer({ min: Math.ceil(fromMs), max: Math.floor(untilMs) });
  const worker = fc.integer({ min: 0, max: workers - 1 });
  const kills = repeat(6, () =>
    fc.record({ atMs, kind: fc.constant("kill" as const), worker, when: fc.constant("at once" as const) }),
  );
  const traps = [...POINTS, ...POINTS].map((point) =>
    fc.record({ atMs, kind: fc.constant("kill at" as const), point: fc.constant(point) }),
  );
  const restarts = repeat(2, () =>
    fc.record({
      atMs,
      kind: fc.constant("Temporal killed" as const),
      forMs: fc.integer({ min: 0, max: 4000 }),
      when: fc.constant("at once" as const),
    }),
  );
  const clocks = repeat(4, () => fc.record({ atMs, kind: fc.constant("clock" as const), worker, offByMs: farOff }));
  const others = troubles(atMs, { services: SERVICES, ways: WAYS, longestMs: 8000 });
  return [...kills, ...traps, ...restarts, ...clocks, ...others];
}

/**
 * A small plan that ends soon. An activity whose process is killed is retried only after its timeout of half a minute, and
 * a session whose end Agora did not confirm counts as ended after a minute. So processes are killed late, after the stops and
 * between two effects, nothing is slow, and Agora has only the faults of the cases themselves.
 */
export function makeShortPlan(options: PlanOptions): Plan {
  const { forMs, workers } = options;
  const atMs = fc.integer({ min: 0, max: forMs });
  const worker = fc.integer({ min: 0, max: workers - 1 });
  const when = fc.constant("between effects" as const);
  const killed = fc.constant("Temporal killed" as const);
  const restart = fc.record({ atMs: fc.constant(2 * forMs), kind: killed, forMs: fc.constant(0), when });
  const kill = fc.record({ atMs: fc.constant(3 * forMs), kind: fc.constant("kill" as const), worker, when });
  const clock = fc.record({ atMs, kind: fc.constant("clock" as const), worker, offByMs: farOff });
  const quick = troubles(atMs, { services: ["store"], ways: WAYS.filter((way) => way !== "slow"), longestMs: 1000 });
  return sample(options, [restart, kill, clock, ...quick]);
}

const farOff = fc.integer({ min: -FARTHEST_CLOCK_MS, max: FARTHEST_CLOCK_MS });

type Troubles = { services: readonly Service[]; ways: readonly Way[]; longestMs: number };

function troubles(atMs: fc.Arbitrary<number>, { services, ways, longestMs }: Troubles): fc.Arbitrary<Fault>[] {
  return services.flatMap((service) =>
    ways.map((way) =>
      fc.record({
        atMs,
        kind: fc.constant("trouble" as const),
        service: fc.constant(service),
        way: fc.constant(way),
        forMs: fc.integer({ min: 500, max: longestMs }),
      }),
    ),
  );
}

function sample({ seed, recordings, forMs }: PlanOptions, faults: fc.Arbitrary<Fault>[]): Plan {
  const interference = fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constantFrom("cancel" as const, "force-stop" as const),
        afterMs: fc.integer({ min: 0, max: 15_000 }),
      }),
    },
  );
  const recording = fc.record({
    atMs: fc.integer({ min: 0, max: forMs }),
    caseName: fc.constantFrom(...CASE_NAMES),
    directory: fc.integer({ min: 1, max: DIRECTORIES }).map((number) => `calls${number}`),
    interference,
  });
  const plan = fc.record({
    recordings: fc.array(recording, { minLength: recordings, maxLength: recordings, size: "max" }),
    faults: fc.tuple(...faults),
    dice: fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 500, maxLength: 500 }),
  });
  const [made] = fc.sample(fc.noBias(plan), { seed, numRuns: 1 });
  if (made === undefined) throw new Error("Cannot make a plan: fast-check gave none");
  return { seed, recordings: made.recordings.toSorted(byTime), faults: made.faults.toSorted(byTime), dice: made.dice };
}

function repeat<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

function byTime(a: { atMs: number }, b: { atMs: number }): number {
  return a.atMs - b.atMs;
}
