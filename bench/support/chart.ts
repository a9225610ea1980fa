/** A line chart: every line is named where it ends, so that no legend has to be matched. */
import {
  type Axis,
  colourOf,
  renderColumns,
  renderRule,
  type Scale,
  createScale,
  renderText,
  writePicture,
} from "./svg.ts";

type Point = { x: number; y: number; label?: string };
type Series = { name: string; points: Point[] };
export type Chart = { title: string; x: Axis; y: Axis; series: Series[] };

const HEIGHT = 420;
const FRAME = { left: 70, right: 580, top: 50, bottom: 360 };
const NAME_HEIGHT = 17;

/** Draws it into a file of the documentation. The ends of the axes are their first and last ticks. */
export async function writeChart(name: string, { title, x, y, series }: Chart): Promise<void> {
  const toX = createScale(x, [FRAME.left, FRAME.right]);
  const toY = createScale(y, [FRAME.bottom, FRAME.top]);
  const body = [
    ...renderColumns(x, toX, FRAME),
    ...y.ticks.flatMap(({ at, label }) => [
      renderRule([FRAME.left, toY(at)], [FRAME.right, toY(at)]),
      renderText(label, { x: FRAME.left - 8, y: toY(at) + 4, anchor: "end" }),
    ]),
    renderText(x.label, { x: (FRAME.left + FRAME.right) / 2, y: FRAME.bottom + 44, anchor: "middle" }),
    renderText(y.label, { x: FRAME.left, y: FRAME.top - 8 }),
    ...series.flatMap(({ points }, index) => renderSeries(points, { toX, toY, colour: colourOf(index) })),
    ...names(series, toY),
  ];
  await writePicture(name, { title, left: FRAME.left, height: HEIGHT, body });
}

function renderSeries(points: Point[], { toX, toY, colour }: { toX: Scale; toY: Scale; colour: string }): string[] {
  const path = points.map((point) => `${toX(point.x)},${toY(point.y)}`).join(" ");
  return [
    `<polyline class="line" stroke="${colour}" points="${path}"/>`,
    ...points.map((point) => `<circle cx="${toX(point.x)}" cy="${toY(point.y)}" r="3.5" fill="${colour}"/>`),
    ...points.flatMap(({ label, ...at }) =>
      label === undefined ? [] : [renderText(label, { x: toX(at.x) + 7, y: toY(at.y) - 7 })],
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
      return dot + renderText(name, { x: FRAME.right + 24, y: lowest });
    });
}
