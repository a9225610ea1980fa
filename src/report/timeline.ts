/**
 * Draws time as SVG: rows of bars and marks, above an axis that they share.
 *
 * Horizontal places are percentages of the width and heights are pixels, so that a drawing fits a phone and a sheet of
 * paper, and its text is never scaled. Places are rounded to half a percent or less, so that a row has some hundred
 * marks at most, however many segments there are. The description of a row says in words what it shows.
 */
import { html, type Html } from "./html.ts";
import { formatTimeOfDay, LAST_DATE_MS } from "./format.ts";

export type TimeRange = { fromMs: number; toMs: number };

export type TimelineRow = {
  /** Unique in the page. */
  id: string;
  title: string;
  description: string;
  bars: readonly ({ kind: "recorded" | "missing" | "wait" } & TimeRange)[];
  /** `what` is the tooltip. */
  marks: readonly { kind: MarkKind; atMs: number; what: string }[];
};

/** Each has a shape of its own, because colours alone do not distinguish them: triangle, ring, lozenge, line. */
export type MarkKind = "missing" | "gap" | "event" | "file";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEPS_MS = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800].map((seconds) => seconds * 1000),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
];
const MOST_TICKS = 5;
/** In percent of the width. */
const BAR_GRID = 0.2;
const MARK_GRID = 0.5;
const FINE_GRID = 0.01;

/** The shapes of all marks, once a page; rows refer to them. */
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

export function renderTimelineRow({ id, title, description, bars, marks }: TimelineRow, range: TimeRange): Html {
  return html`<svg class="timeline" role="img" aria-labelledby="${id}-title ${id}-desc" width="100%" height="34">
    <title id="${id}-title">${title}</title>
    <desc id="${id}-desc">${description}</desc>
    <rect class="time" width="100%" height="16" y="9" />
    ${computeTicks(range).map(({ at }) => html`<line class="tick" x1="${at}%" x2="${at}%" y1="9" y2="25" />`)}
    ${mergeBars(bars, range).map(({ kind, from, to }) => html`<rect class="${kind}" x="${from}%" width="${roundToGrid(to - from, FINE_GRID)}%" y="9" height="16" />`)}
    ${mergeMarks(marks, range).map(({ kind, at, what }) => html`<use href="#mark-${kind}" class="${kind}" x="${at}%"><title>${what}</title></use>`)}
  </svg>`;
}

/** The times under the rows; hidden from screen readers, because the tables hold them too. */
export function renderAxis(range: TimeRange): Html {
  const labels = computeTicks(range).map(({ at, label }) => {
    return html`<text x="${at}%" y="13" text-anchor="${chooseAnchor(at)}">${label}</text>`;
  });
  return html`<svg class="axis" aria-hidden="true" focusable="false" width="100%" height="18">${labels}</svg>`;
}

/** A bar or a mark for the legend. */
export function renderSwatch(kind: "recorded" | "missing" | "gap"): Html {
  const drawn =
    kind === "recorded"
      ? html`<rect class="${kind}" y="9" width="22" height="16" />`
      : html`<use href="#mark-${kind}" class="${kind}" x="11" />`;
  return html`<svg class="swatch" aria-hidden="true" focusable="false" width="22" height="34">${drawn}</svg>`;
}

/** The range from the first start to the last end, or `undefined` when it is empty. */
export function computeRange(ranges: readonly TimeRange[]): TimeRange | undefined {
  let [fromMs, toMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const range of ranges) {
    fromMs = Math.min(fromMs, range.fromMs);
    toMs = Math.max(toMs, range.toMs);
  }
  toMs = Math.min(toMs, LAST_DATE_MS);
  return fromMs < toMs ? { fromMs, toMs } : undefined;
}

function computeTicks(range: TimeRange): { at: number; label: string }[] {
  const spanMs = range.toMs - range.fromMs;
  const days = DAY * Math.ceil(spanMs / DAY / MOST_TICKS);
  const step = STEPS_MS.find((each) => spanMs / each <= MOST_TICKS) ?? days;
  const first = Math.ceil(range.fromMs / step) * step;
  const times = Array.from({ length: MOST_TICKS + 1 }, (_, index) => first + index * step);
  return times
    .filter((ms) => ms <= range.toMs)
    .map((ms) => ({ at: toPercent(ms, { range, grid: FINE_GRID }), label: formatTick(ms, step) }));
}

/** The first and the last label must not leave the drawing. */
function chooseAnchor(at: number): string {
  if (at < 8) return "start";
  return at > 92 ? "end" : "middle";
}

function formatTick(ms: number, step: number): string {
  if (step >= DAY) return new Date(ms).toISOString().slice(0, -14);
  return formatTimeOfDay(ms).slice(0, step < 60_000 ? 8 : 5);
}

/** Joins bars of one kind that would touch. */
function mergeBars(bars: TimelineRow["bars"], range: TimeRange) {
  const drawn: { kind: string; from: number; to: number }[] = [];
  for (const { kind, fromMs, toMs } of bars) {
    const from = toPercent(fromMs, { range, grid: BAR_GRID });
    const to = Math.max(toPercent(toMs, { range, grid: BAR_GRID }), roundToGrid(from + BAR_GRID, FINE_GRID));
    const last = drawn.findLast((bar) => bar.kind === kind);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else drawn.push({ kind, from, to });
  }
  return drawn;
}

/** Joins marks of one kind that would cover each other; the tooltip of the first counts the others. */
function mergeMarks(marks: TimelineRow["marks"], range: TimeRange) {
  const places = Map.groupBy(marks, ({ kind, atMs }) => `${kind} ${toPercent(atMs, { range, grid: MARK_GRID })}`);
  return [...places.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const what = others.length === 0 ? first.what : `${first.what}, and ${others.length} more close to it`;
    return [{ kind: first.kind, at: toPercent(first.atMs, { range, grid: MARK_GRID }), what }];
  });
}

function toPercent(ms: number, { range, grid }: { range: TimeRange; grid: number }): number {
  const fraction = (ms - range.fromMs) / (range.toMs - range.fromMs);
  return roundToGrid(Math.min(1, fraction) * 100, grid);
}

/** To two digits: the noise of binary fractions would only make the page longer. */
function roundToGrid(percent: number, grid: number): number {
  return Number((Math.round(percent / grid) * grid).toFixed(2));
}
