/**
 * A drawing of time: a row of bars and marks on an axis that several rows share.
 *
 * Every place is a percentage of the width, and every height in pixels, so that one drawing fits a phone and a sheet of
 * paper, and its text is never scaled. Places are rounded to half a percent and less: however many segments there are, a
 * row stays some hundred marks. What a row shows, its description says in words.
 */
import { html, type Html } from "./html.ts";
import { LAST_DATE_MS, formatTimeOfDay } from "./format.ts";

export type TimeRange = { fromMs: number; toMs: number };

export type TimelineRow = {
  /** Unique in the page. */
  id: string;
  title: string;
  description: string;
  bars: readonly ({ kind: "recorded" | "missing" | "wait" } & TimeRange)[];
  /** `what` is shown to who points at the mark. */
  marks: readonly { kind: MarkKind; atMs: number; what: string }[];
};

/** `missing` a triangle, `gap` a ring, `event` a lozenge, `file` a line: told apart without colours. */
export type MarkKind = "missing" | "gap" | "event" | "file";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800].map((seconds) => seconds * 1000),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];
const MOST_TICKS = 5;
/** Percent of the width. */
const BAR_GRID = 0.2;
const MARK_GRID = 0.5;

/** What every row of a page draws with; stands in the page once. */
export const MARK_SHAPES = html`<svg class="shapes" aria-hidden="true" focusable="false" width="0" height="0">
  <defs>
    <g id="mark-missing">
      <path d="M0 6V30" />
      <path d="M-5 0H5L0 8Z" />
    </g>
    <g id="mark-gap">
      <path d="M0 9V30" />
      <circle cy="5" r="3.5" />
    </g>
    <g id="mark-event"><path d="M0 9L6 17L0 25L-6 17Z" /></g>
    <g id="mark-file"><path d="M0 9V25" /></g>
  </defs>
</svg>`;

/** Draws one row. */
export function renderTimelineRow({ id, title, description, bars, marks }: TimelineRow, frame: TimeRange): Html {
  return html`<svg class="strip" role="img" aria-labelledby="${id}-title ${id}-desc" width="100%" height="34">
    <title id="${id}-title">${title}</title>
    <desc id="${id}-desc">${description}</desc>
    <rect class="time" width="100%" height="16" y="9" />
    ${computeTicks(frame).map(({ at }) => html`<line class="tick" x1="${at}%" x2="${at}%" y1="9" y2="25" />`)}
    ${mergeBars(bars, frame).map(({ kind, from, to }) => html`<rect class="${kind}" x="${from}%" width="${roundToGrid(to - from, 0.01)}%" y="9" height="16" />`)}
    ${mergeMarks(marks, frame).map(({ kind, at, what }) => html`<use href="#mark-${kind}" class="${kind}" x="${at}%"><title>${what}</title></use>`)}
  </svg>`;
}

/** The times under the rows; the tables tell them too. */
export function renderAxis(frame: TimeRange): Html {
  const labels = computeTicks(frame).map(({ at, label }) => {
    const anchor = at < 8 ? "start" : at > 92 ? "end" : "middle";
    return html`<text x="${at}%" y="13" text-anchor="${anchor}">${label}</text>`;
  });
  return html`<svg class="axis" aria-hidden="true" focusable="false" width="100%" height="18">${labels}</svg>`;
}

/** A mark on its own, for a legend. */
export function renderSwatch(kind: "recorded" | "missing" | "gap"): Html {
  const drawn =
    kind === "recorded"
      ? html`<rect class="${kind}" y="9" width="22" height="16" />`
      : html`<use href="#mark-${kind}" class="${kind}" x="11" />`;
  return html`<svg class="swatch" aria-hidden="true" focusable="false" width="22" height="34">${drawn}</svg>`;
}

/** The time that all of them take up together, or `undefined` when it is none. */
export function computeRange(spans: readonly TimeRange[]): TimeRange | undefined {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const span of spans) {
    fromMs = Math.min(fromMs, span.fromMs);
    toMs = Math.max(toMs, span.toMs);
  }
  toMs = Math.min(toMs, LAST_DATE_MS);
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}

function computeTicks(frame: TimeRange): { at: number; label: string }[] {
  const spanMs = frame.toMs - frame.fromMs;
  const days = DAY * Math.ceil(spanMs / DAY / MOST_TICKS);
  const step = STEPS_MS.find((each) => spanMs / each <= MOST_TICKS) ?? days;
  const first = Math.ceil(frame.fromMs / step) * step;
  return Array.from({ length: MOST_TICKS + 1 }, (_, index) => first + index * step)
    .filter((ms) => ms <= frame.toMs)
    .map((ms) => ({ at: toPercent(ms, frame, 0.01), label: formatTick(ms, step) }));
}

function formatTick(ms: number, step: number): string {
  if (step >= DAY) return new Date(ms).toISOString().slice(0, -14);
  return formatTimeOfDay(ms).slice(0, step < 60_000 ? 8 : 5);
}

/** Bars that would touch at this width become one. */
function mergeBars(bars: TimelineRow["bars"], frame: TimeRange) {
  const drawn: { kind: string; from: number; to: number }[] = [];
  for (const { kind, fromMs, toMs } of bars) {
    const from = toPercent(fromMs, frame, BAR_GRID);
    const to = Math.max(toPercent(toMs, frame, BAR_GRID), roundToGrid(from + BAR_GRID, 0.01));
    const last = drawn.findLast((bar) => bar.kind === kind);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else drawn.push({ kind, from, to });
  }
  return drawn;
}

/** Marks that would lie on each other become one, which says how many it stands for. */
function mergeMarks(marks: TimelineRow["marks"], frame: TimeRange) {
  const places = Map.groupBy(marks, ({ kind, atMs }) => `${kind} ${toPercent(atMs, frame, MARK_GRID)}`);
  return [...places.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const what = others.length === 0 ? first.what : `${first.what}, and ${others.length} more close to it`;
    return [{ kind: first.kind, at: toPercent(first.atMs, frame, MARK_GRID), what }];
  });
}

function toPercent(ms: number, { fromMs, toMs }: TimeRange, grid: number): number {
  return roundToGrid(Math.min(1, (ms - fromMs) / (toMs - fromMs)) * 100, grid);
}

/** Without the dust of binary fractions, which would only make the page longer. */
function roundToGrid(percent: number, grid: number): number {
  return Number((Math.round(percent / grid) * grid).toFixed(2));
}
