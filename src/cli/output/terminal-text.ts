/** Text on a terminal: colours, widths, and no control characters. */
import { styleText } from "node:util";

import stringWidth from "string-width";

/** Undefined when the stream is not a terminal. */
export type Screen = { isTTY?: boolean | undefined; columns?: number | undefined; rows?: number | undefined };

type Environment = Record<string, string | undefined>;

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
/** Adds a style to a text, or returns it unchanged when the stream shows no colours. */
export type Paint = (style: Style, text: string) => string;

/** Whether the output of a stream can be overwritten and coloured. */
export function isLive({ isTTY }: Screen, env: Environment): boolean {
  return isTTY === true && env["TERM"] !== "dumb";
}

/** Paints on a terminal only, and never with NO_COLOR (https://no-color.org). */
export function createPainter(stream: Screen, env: Environment): Paint {
  const isColoured = isLive(stream, env) && !env["NO_COLOR"];
  return (style, text) => (isColoured ? styleText(style, text, { validateStream: false }) : text);
}

/** Cuts a text without styles to the columns of a screen; a wide character takes two. */
export function truncateToColumns(text: string, columns: number): string {
  const plain = stripControls(text);
  if (stringWidth(plain) <= columns) return plain;
  let cut = "";
  for (const { segment } of new Intl.Segmenter().segment(plain)) {
    if (stringWidth(cut + segment) >= columns) break;
    cut += segment;
  }
  return columns < 1 ? "" : `${cut}…`;
}

/** Pads a text without styles with spaces. */
export function padToColumns(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - stringWidth(text)));
}

/** Removes control characters: names come from others, and must not steer the terminal. */
export function stripControls(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it removes
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "");
}
