/** Words on a screen: colours, widths, and times as people say them. */
import { styleText } from "node:util";

import prettyMilliseconds from "pretty-ms";
import stringWidth from "string-width";

import type { Screen, CommandHost } from "../context.ts";

export type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";
/** Gives a text a style, or leaves it as it is where nobody would see one. */
export type Paint = (style: Style, text: string) => string;

/** Whether what is written to a stream can be overwritten and coloured. */
export function isLive({ isTTY }: Screen, { env }: CommandHost): boolean {
  return isTTY === true && env["TERM"] !== "dumb";
}

/** Colours only for a terminal, and never where https://no-color.org is asked for. */
export function createPainter(stream: Screen, host: CommandHost): Paint {
  const coloured = isLive(stream, host) && !host.env["NO_COLOR"];
  return (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text);
}

/** Cuts a plain text to the columns of a screen; wide characters count as two. What would move the cursor goes. */
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

/** Fills a plain text up with spaces. */
export function padToColumns(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - stringWidth(text)));
}

/** Names come from outside: none of them steers the terminal. */
export function stripControls(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what it takes away
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "");
}

/** `1m 4s`; parts of a second below a minute only. */
export function formatDuration(milliseconds: number): string {
  return prettyMilliseconds(milliseconds, { secondsDecimalDigits: milliseconds < 60_000 ? 1 : 0 });
}
