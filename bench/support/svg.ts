/**
 * What all charts are drawn with, as SVG: the same figures always give the same bytes, and colours follow the reader's light or
 * dark scheme.
 */
import { writeFile } from "node:fs/promises";

export type Axis = { label: string; scale: "linear" | "log"; ticks: { at: number; label: string }[] };

export const WIDTH = 760;
/** Okabe and Ito's, which people with colour blindness can distinguish. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"];
const MOST_TICKS = 6;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .line { fill: none; stroke-width: 2 }
  .bar { stroke: #57606a; stroke-width: 2; stroke-dasharray: 5 3 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #30363d } .bar { stroke: #8b949e } }
  .inside { fill: #ffffff }`;

/** Writes a picture into the documentation: its title at `left`, and the body below. */
export async function writePicture(
  name: string,
  { title, left, height, body }: { title: string; left: number; height: number; body: string[] },
): Promise<void> {
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeText(title)}">`,
    `<style>${STYLE}\n</style>`,
    renderText(title, { x: left, y: 26, className: "title" }),
    ...body,
    "</svg>",
  ];
  await writeFile(new URL(`../../docs/images/${name}.svg`, import.meta.url), `${lines.join("\n")}\n`);
}

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

export type Scale = (value: number) => number;

/** The position of a value of the axis between two positions of the picture. */
export function createScale({ scale, ticks }: Axis, [from, to]: [number, number]): Scale {
  const place = scale === "log" ? Math.log : (value: number) => value;
  const [first = 0, last = 1] = [ticks[0]?.at, ticks.at(-1)?.at];
  const [low, high] = [place(first), place(last)];
  return (value) => Math.round((from + ((place(value) - low) / (high - low)) * (to - from)) * 10) / 10;
}

/** The grid lines of an axis, with a label below each. */
export function renderColumns({ ticks }: Axis, toX: Scale, { top, bottom }: { top: number; bottom: number }): string[] {
  return ticks.flatMap(({ at, label }) => [
    renderRule([toX(at), top], [toX(at), bottom]),
    renderText(label, { x: toX(at), y: bottom + 20, anchor: "middle" }),
  ]);
}

export function colourOf(index: number): string {
  return COLOURS[index % COLOURS.length] ?? "currentColor";
}

type Point = [x: number, y: number];
type Place = { x: number; y: number; anchor?: "middle" | "end"; className?: string };

export function renderText(content: string, { x, y, anchor, className }: Place): string {
  const extra = (anchor ? ` text-anchor="${anchor}"` : "") + (className ? ` class="${className}"` : "");
  return `<text x="${x}" y="${y}"${extra}>${escapeText(content)}</text>`;
}

/** A line from one point to another. */
export function renderRule(from: Point, to: Point, className = "grid"): string {
  const [x1, y1] = from;
  const [x2, y2] = to;
  return `<line class="${className}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
}

function escapeText(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
