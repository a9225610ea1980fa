/**
 * What a schedule of looks costs and what it brings: how many looks a wait takes, each a billable action and a listing, and
 * how long after the last file the wait ends. Computed with the activities' own functions, over all moments at which the
 * files may be complete, and without notifications: a notification ends the wait at once whatever the schedule is.
 */
import type { Schedule } from "../src/contract/input.ts";
import { type Chart, writeChart } from "./support/chart.ts";
import { lookTimes, looksUntil } from "./looks.ts";
import { type Report, roundSignificant } from "./support/report.ts";

type Wait = {
  limitMs: number;
  /** Between these the files are complete, each order of magnitude as likely as any other. */
  completeMs: { earliest: number; latest: number };
};
type Curve = { initialSeconds: number; coefficient: number; maximaSeconds: number[] };

const SECOND_MS = 1000;
const QUIET_MS = 30 * SECOND_MS;
const SAMPLES = 2000;

const UPLOAD: Wait = { limitMs: 600 * SECOND_MS, completeMs: { earliest: 3 * SECOND_MS, latest: 590 * SECOND_MS } };
const BACKUP: Wait = { limitMs: 86_400 * SECOND_MS, completeMs: { earliest: 60_000, latest: 86_390_000 } };

/** The defaults come first. */
const UPLOAD_CURVES: Curve[] = [
  { initialSeconds: 2, coefficient: 1.5, maximaSeconds: [30, 10, 15, 60, 120] },
  { initialSeconds: 5, coefficient: 2, maximaSeconds: [30, 10, 15, 60, 120] },
  { initialSeconds: 10, coefficient: 2, maximaSeconds: [30, 15, 60, 120] },
];
const BACKUP_CURVES: Curve[] = [
  { initialSeconds: 30, coefficient: 2, maximaSeconds: [600, 120, 300, 1200, 1800, 3600] },
  { initialSeconds: 30, coefficient: 1.2, maximaSeconds: [600, 120, 300, 1200, 1800, 3600] },
  { initialSeconds: 60, coefficient: 1.1, maximaSeconds: [600, 120, 300, 1200, 1800, 3600] },
];

export async function run(report: Report): Promise<void> {
  const upload = { x: axis("linear", [0, 5, 10, 15, 20]), y: axis("linear", [0, 15, 30, 45]) };
  await compare(report, { title: "Upload", axes: upload, wait: UPLOAD, curves: UPLOAD_CURVES });
  const backup = { x: axis("linear", [0, 30, 60, 90, 120]), y: axis("log", [30, 60, 120, 300, 600, 1200]) };
  await compare(report, { title: "Backup", axes: backup, wait: BACKUP, curves: BACKUP_CURVES });
}

type AxisTicks = Omit<Chart["x"], "label">;
type Comparison = { title: string; axes: { x: AxisTicks; y: AxisTicks }; wait: Wait; curves: Curve[] };

async function compare(report: Report, { title, axes, wait, curves }: Comparison): Promise<void> {
  const rows = curves.flatMap(({ initialSeconds, coefficient, maximaSeconds }) =>
    maximaSeconds.map((maximumSeconds) => {
      const times = [initialSeconds, maximumSeconds].map((seconds) => seconds * SECOND_MS);
      const [initialIntervalMs = 0, maximumIntervalMs = 0] = times;
      const { looks, lagSeconds } = averageWait(
        { initialIntervalMs, backoffCoefficient: coefficient, maximumIntervalMs },
        wait,
      );
      return { initialSeconds, coefficient, maximumSeconds, looks, lagSeconds };
    }),
  );
  const columns = ["initial, s", "coefficient", "maximum, s", "looks, mean", "from the last file to the end, mean s"];
  const table = rows.map((row) => [
    row.initialSeconds,
    row.coefficient,
    row.maximumSeconds,
    roundSignificant(row.looks),
    roundSignificant(row.lagSeconds),
  ]);
  report({ title: `${title}: what schedules cost and bring, the default first`, columns, rows: table });

  const series = curves.map(({ initialSeconds, coefficient }, index) => ({
    name: `${initialSeconds} s × ${coefficient}`,
    points: rows
      .filter((row) => row.initialSeconds === initialSeconds && row.coefficient === coefficient)
      .toSorted((a, b) => a.maximumSeconds - b.maximumSeconds)
      .map(({ looks, lagSeconds, maximumSeconds }) => ({
        x: looks,
        y: lagSeconds,
        // The others lie too near to be named as well.
        ...(index === 0 && { label: `${maximumSeconds} s` }),
      })),
  }));
  await writeChart(`schedules-${title.toLowerCase()}`, {
    title: `${title}: looks against lag, by the longest interval`,
    x: { label: "looks in a wait, mean", ...axes.x },
    y: { label: "from the last file to the end, mean s", ...axes.y },
    series,
  });
}

function axis(scale: "linear" | "log", ticks: number[]): AxisTicks {
  return { scale, ticks: ticks.map((at) => ({ at, label: `${at}` })) };
}

/** The means over the moments. A look that finds the files complete but too fresh is followed by one when they are not. */
function averageWait(schedule: Schedule, { limitMs, completeMs }: Wait): { looks: number; lagSeconds: number } {
  const times = lookTimes(schedule, limitMs);
  const { earliest, latest } = completeMs;
  let [looks, lagMs] = [0, 0];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const found = looksUntil(times, earliest * (latest / earliest) ** (sample / (SAMPLES - 1)));
    const fresh = found.lagMs < QUIET_MS;
    looks += found.looks + (fresh ? 1 : 0);
    lagMs += fresh ? QUIET_MS : found.lagMs;
  }
  return { looks: looks / SAMPLES, lagSeconds: lagMs / SAMPLES / SECOND_MS };
}
