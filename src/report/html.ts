/**
 * HTML in which text stays text. Only what the tag `html` made counts as markup; every other value is escaped, so that
 * forgetting it is not possible. Control characters and those that turn the reading direction are shown as U+FFFD: a
 * channel name must not be able to disguise the text beside it.
 */

/** Markup made by `html`. */
export type Html = { markup: string };

type Value = Html | string | number | readonly Value[];

/** Makes markup of a template; its values are escaped, unless they are markup already. A list is joined. */
export function html(parts: TemplateStringsArray, ...values: Value[]): Html {
  return { markup: String.raw({ raw: parts }, ...values.map(toMarkup)) };
}

function toMarkup(value: Value): string {
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return escape(value);
  return "markup" in value ? value.markup : value.map(toMarkup).join("");
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const UNSEEN = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

function escape(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(UNSEEN, "\uFFFD")
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
