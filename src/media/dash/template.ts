/** The templates of segment names: ISO/IEC 23009-1, 5.3.9.4.4. */

/** What the identifiers stand for; one that is missing has no value where the template is. */
export type TemplateValues = Partial<Record<"RepresentationID" | "Bandwidth" | "Number" | "Time", string | number>>;

/** Longer than every name, and than every number in one. */
const MAX_TEMPLATE = 1024;
const MAX_WIDTH = 20;

/** The name that a template gives, or `undefined` where it gives none: `$Number%05d$` is a number of five digits at least. */
export function fillTemplate(template: string, values: TemplateValues): string | undefined {
  if (template.length > MAX_TEMPLATE) return undefined;
  const parts = template.split("$");
  // Every identifier lies between two signs, so that the parts at odd places are the identifiers.
  if (parts.length % 2 === 0) return undefined;
  const filled = parts.map((part, index) => (index % 2 === 0 ? part : fillIdentifier(part, values)));
  return filled.every((part) => part !== undefined) ? filled.join("") : undefined;
}

function fillIdentifier(identifier: string, values: TemplateValues): string | undefined {
  if (identifier === "") return "$";
  const match = /^(RepresentationID|Bandwidth|Number|Time)(?:%0(\d{1,2})d)?$/.exec(identifier);
  const value = match && values[toIdentifier(match[1])];
  if (match === null || value === undefined || value === null) return undefined;
  const width = Number(match[2] ?? 1);
  if (width > MAX_WIDTH || (match[1] === "RepresentationID" && match[2] !== undefined)) return undefined;
  return String(value).padStart(width, "0");
}

function toIdentifier(name: string | undefined): keyof TemplateValues {
  if (name === "RepresentationID" || name === "Bandwidth" || name === "Time") return name;
  return "Number";
}
