/** How the report writes times, keys and the words of others. All its times are UTC, and the page says so once. */
import { html, type Html } from "./html.ts";

/** The last time that a `Date` can be: names and playlists may hold any number. */
export const LAST_DATE_MS = 8.64e15;

/** `2026-11-23 12:00:05`. */
export function renderDateTime(at: number | string): Html {
  const iso = formatIso(at);
  return html`<time datetime="${iso}">${iso.slice(0, -5).replace("T", " ")}</time>`;
}

/** `12:00:05`, for a place that names the date already. */
export function formatTimeOfDay(ms: number): string {
  return formatIso(ms).slice(-13, -5);
}

/** A key without the prefix of the recording. */
export function stripPrefix(key: string, prefix: string): string {
  return key.startsWith(prefix) && key.length > prefix.length ? key.slice(prefix.length) : key;
}

/** A foreign text, in a typeface of its own and with its own reading direction. */
export function renderCode(text: string): Html {
  return html`<code dir="auto">${text}</code>`;
}

function formatIso(at: number | string): string {
  const ms = typeof at === "number" ? at : Date.parse(at);
  return new Date(Math.max(-LAST_DATE_MS, Math.min(LAST_DATE_MS, ms))).toISOString();
}
