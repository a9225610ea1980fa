/** A bar for each thing that is compared, named before it, with its figure at its end. Ours have a colour of their own. */
import {
  colourOf,
  renderColumns,
  linearAxis,
  renderRule,
  createScale,
  renderText,
  WIDTH,
  writePicture,
} from "./svg.ts";

export type Bars = {
  title: string;
  /** What the bars are as long as. */
  label: string;
  bars: { name: string; value: number; ours: boolean }[];
  /** The bar that ours has to reach. */
  limit?: number;
};

const [TOP, STEP, THICKNESS] = [50, 26, 18];
const FRAME = { left: 270, right: WIDTH - 70 };

/** Draws them into a file of the documentation. */
export async function writeBars(name: string, { title, label, bars, limit }: Bars): Promise<void> {
  const axis = linearAxis(label, [...bars.map(({ value }) => value), limit ?? 0]);
  const toX = createScale(axis, [FRAME.left, FRAME.right]);
  const bottom = TOP + bars.length * STEP;
  const body = [
    ...renderColumns(axis, toX, { top: TOP, bottom }),
    ...bars.flatMap(({ name: of, value, ours }, index) => {
      const y = TOP + index * STEP + (STEP - THICKNESS) / 2;
      const width = Math.round((toX(value) - FRAME.left) * 10) / 10;
      return [
        renderText(of, { x: FRAME.left - 8, y: y + 14, anchor: "end" }),
        `<rect x="${FRAME.left}" y="${y}" width="${width}" height="${THICKNESS}" fill="${colourOf(ours ? 0 : 1)}"/>`,
        renderText(value.toLocaleString("en"), { x: toX(value) - 6, y: y + 14, anchor: "end", className: "inside" }),
      ];
    }),
    ...(limit === undefined ? [] : [renderRule([toX(limit), TOP - 6], [toX(limit), bottom], "bar")]),
    renderText(limit === undefined ? label : `${label}; the line is the bar`, {
      x: (FRAME.left + FRAME.right) / 2,
      y: bottom + 44,
      anchor: "middle",
    }),
  ];
  await writePicture(name, { title, left: 20, height: bottom + 60, body });
}
