/** A few lines that change in place on a terminal; elsewhere each change is a line of its own. */
import process from "node:process";
import { styleText } from "node:util";

export type LiveLines = {
  /** Columns left for the text behind a line's name. */
  columns: number;
  set(index: number, text: string): void;
};

/** Draws one line for each name. Nothing else may be written until the last change. */
export function liveLines(names: string[]): LiveLines {
  const width = Math.max(...names.map((name) => name.length));
  const live = process.stdout.isTTY;
  const texts = names.map(() => "");
  const line = (index: number) => `${styleText("bold", (names[index] ?? "").padEnd(width))}  ${texts[index]}\n`;
  if (live) process.stdout.write(names.map((_, index) => line(index)).join(""));

  return {
    columns: (process.stdout.columns ?? 160) - width - 2,
    set(index, text) {
      if (texts[index] === text) return;
      texts[index] = text;
      const drawn = names.map((_, each) => `\u001B[2K${line(each)}`).join("");
      process.stdout.write(live ? `\u001B[${names.length}A${drawn}` : line(index));
    },
  };
}
