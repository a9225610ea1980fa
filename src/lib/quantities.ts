/** Quantities for people: the one form of a number, a count, a size and a duration, on a terminal and in the report. */
import prettyBytes from "pretty-bytes";
import prettyMilliseconds from "pretty-ms";

/** `1,234`. */
export function formatNumber(number: number): string {
  return number.toLocaleString("en-US");
}

/** `1,234 files`, `1 file`. */
export function plural(count: number, noun: string): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `97.5 kB`. */
export function formatBytes(count: number): string {
  return prettyBytes(count);
}

/** `1d 2h 5s`; below a minute `13.9s`. A manifest may hold any number, even one that no duration can be. */
export function formatDuration(ms: number): string {
  if (ms < 1) return "0s";
  const secondsDecimalDigits = ms < 60_000 ? 1 : 0;
  return prettyMilliseconds(Math.min(ms, Number.MAX_SAFE_INTEGER), { secondsDecimalDigits });
}
