/** Quantities as people say them, on a screen and in a report. */
import prettyBytes from "pretty-bytes";

/** `1,234 files`, `1 file`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** `97.5 kB`. */
export function formatBytes(count: number): string {
  return prettyBytes(count);
}
