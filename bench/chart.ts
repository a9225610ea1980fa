/**
 * A line chart as SVG: the same figures always give the same bytes. Colours follow the reader's light or dark scheme, and
 * every line is named where it ends, so that no legend has to be matched.
 */
import { writeFile } from "node:fs/promises";

type Axis = { label: string; scale: "linear" | "log"; ticks: { at: number; label: string }[] };
type Point = { x: number; y: number; label?: string };
type Series = { name: string; points: Point[] };
export type Chart = { title: string; x: Axis; y: Axis; series: Series[] };

const [WIDTH, HEIGHT] = [760, 420];
const FRAME = { left: 70, right: 580, top: 50, bottom: 360 };
/** Okabe and Ito's, which people with colour blindness can tell apart. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];
const NAME_HEIGHT = 17;
const MOST_TICKS = 6;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .line { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #30363d } }`;

/** An axis from zero to a round number that is not below any of the values. */
export function linearAxis(label: string, values: number[]): Axis {
  const most = Math.max(...values);
  const power = 10 ** Math.floor(Math.log10(most / MOST_TICKS));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each * MOST_TICKS >= most) ?? most;
  const count = Math.ceil(most / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => ({
    at: index * step,
    label: (index * step).toLocaleString("en"),
  }));
  return { label, scale: "linear", ticks };
}

/** Draws it into a file of the documentation. */
export async function writeChart(name: string, chart: Chart): Promise<void> {
  await writeFile(new URL(`../docs/images/${name}.svg`, import.meta.url), lineChart(chart));
}

/** Draws the chart. The ends of the axes are their first and last ticks. */
function lineChart({ title, x, y, series }: Chart): string {
  const toX = scaled(x, [FRAME.left, FRAME.right]);
  const toY = scaled(y, [FRAME.bottom, FRAME.top]);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`,
    text(title, { x: FRAME.left, y: 26, className: "title" }),
    ...x.ticks.flatMap(({ at, label }) => [
      rule(toX(at), FRAME.top, toX(at), FRAME.bottom),
      text(label, { x: toX(at), y: FRAME.bottom + 20, anchor: "middle" }),
    ]),
    ...y.ticks.flatMap(({ at, label }) => [
      rule(FRAME.left, toY(at), FRAME.right, toY(at)),
      text(label, { x: FRAME.left - 8, y: toY(at) + 4, anchor: "end" }),
    ]),
    text(x.label, { x: (FRAME.left + FRAME.right) / 2, y: FRAME.bottom + 44, anchor: "middle" }),
    text(y.label, { x: FRAME.left, y: FRAME.top - 8 }),
    ...series.flatMap(({ points }, index) => drawn(points, { toX, toY, colour: colourOf(index) })),
    ...names(series, toY),
    "</svg>",
  ];
  return `${lines.join("\n")}\n`;
}

type Scale = (value: number) => number;

function scaled({ scale, ticks }: Axis, [from, to]: [number, number]): Scale {
  const place = scale === "log" ? Math.log : (value: number) => value;
  const [first = 0, last = 1] = [ticks[0]?.at, ticks.at(-1)?.at];
  const [low, high] = [place(first), place(last)];
  return (value) => Math.round((from + ((place(value) - low) / (high - low)) * (to - from)) * 10) / 10;
}

function drawn(points: Point[], { toX, toY, colour }: { toX: Scale; toY: Scale; colour: string }): string[] {
  const path = points.map((point) => `${toX(point.x)},${toY(point.y)}`).join(" ");
  return [
    `<polyline class="line" stroke="${colour}" points="${path}"/>`,
    ...points.map((point) => `<circle cx="${toX(point.x)}" cy="${toY(point.y)}" r="3.5" fill="${colour}"/>`),
    ...points.flatMap(({ label, ...at }) =>
      label === undefined ? [] : [text(label, { x: toX(at.x) + 7, y: toY(at.y) - 7 })],
    ),
  ];
}

/** At the height where the lines end, moved down where two would overlap. */
function names(series: Series[], toY: Scale): string[] {
  const ends = series.map(({ name, points }, index) => ({
    name,
    colour: colourOf(index),
    y: toY(points.at(-1)?.y ?? 0),
  }));
  let lowest = Number.NEGATIVE_INFINITY;
  return ends
    .toSorted((a, b) => a.y - b.y)
    .map(({ name, colour, y }) => {
      lowest = Math.max(y + 4, lowest + NAME_HEIGHT);
      const dot = `<circle cx="${FRAME.right + 14}" cy="${lowest - 4}" r="4" fill="${colour}"/>`;
      return dot + text(name, { x: FRAME.right + 24, y: lowest });
    });
}

function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? "currentColor";
}

type Place = { x: number; y: number; anchor?: "middle" | "end"; className?: string };

function text(content: string, { x, y, anchor, className }: Place): string {
  const extra = (anchor ? ` text-anchor="${anchor}"` : "") + (className ? ` class="${className}"` : "");
  return `<text x="${x}" y="${y}"${extra}>${escaped(content)}</text>`;
}

function rule(x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="grid" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
