/** How the report writes lengths, times and what others wrote. Its times are all UTC, and the page says so once. */
import { html, type Html } from "./html.ts";

/** The furthest that a date reaches: names and playlists may hold any number. */
export const LAST_DATE_MS = 8.64e15;

/** `2026-11-23 12:00:05`. */
export function renderDateTime(at: number | string): Html {
  const iso = formatIso(at);
  return html`<time datetime="${iso}">${iso.slice(0, -5).replace("T", " ")}</time>`;
}

/** `12:00:05`, where the date has been told. */
export function formatTimeOfDay(ms: number): string {
  return formatIso(ms).slice(-13, -5);
}

/** A key without what all keys of the recording begin with. */
export function stripPrefix(key: string, prefix: string): string {
  return key.startsWith(prefix) && key.length > prefix.length ? key.slice(prefix.length) : key;
}

/** Something that others wrote, in a typeface of its own and with its own reading direction. */
export function renderCode(text: string): Html {
  return html`<code dir="auto">${text}</code>`;
}

function formatIso(at: number | string): string {
  const ms = typeof at === "number" ? at : Date.parse(at);
  return new Date(Math.max(-LAST_DATE_MS, Math.min(LAST_DATE_MS, ms))).toISOString();
}
