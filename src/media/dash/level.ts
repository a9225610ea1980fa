/** What holds at one level of an MPD: what the outer elements say, where an inner one does not say otherwise (ISO/IEC 23009-1, 5.3.9.1). */
import { readAttribute, type MpdElement } from "./element.ts";

/** From the outermost to the innermost. Each element is looked through once, however many there are beside it. */
export type Level = {
  templates: readonly MpdElement[];
  lists: readonly MpdElement[];
  bases: readonly string[];
  types: readonly string[];
};

export const OUTERMOST: Level = { templates: [], lists: [], bases: [], types: [] };

/** The level of an element within another; of several templates, lists or bases the first counts. */
export function descend({ templates, lists, bases, types }: Level, element: MpdElement): Level {
  const template = element.children.find(({ name }) => name === "SegmentTemplate");
  const list = element.children.find(({ name }) => name === "SegmentList");
  const base = element.children.find(({ name }) => name === "BaseURL");
  const own = [readAttribute(element, "mimeType"), readAttribute(element, "contentType")];
  return {
    templates: template ? [...templates, template] : templates,
    lists: list ? [...lists, list] : lists,
    bases: base ? [...bases, base.text] : bases,
    types: [...types, ...own.filter((type) => type !== undefined)],
  };
}

/** One element of all: an inner one's attributes win, and so do its children, where it has some. */
export function mergeElements(elements: readonly MpdElement[]): MpdElement | undefined {
  const [outermost] = elements;
  if (outermost === undefined) return undefined;
  const inner = elements.findLast(({ children }) => children.length > 0);
  return {
    ...outermost,
    attributes: new Map(elements.flatMap(({ attributes }) => [...attributes])),
    children: inner?.children ?? [],
  };
}

/** 5.6.4: what each level adds. `./` is the place of the MPD itself; other folders stay in the name, and are refused there. */
export function resolveBase({ bases }: Level): { folder: string; file: string | null } {
  const folders = bases.filter((base) => base.endsWith("/") && base !== "./");
  const file = bases.findLast((base) => !base.endsWith("/")) ?? null;
  return { folder: folders.join(""), file: file?.startsWith("./") === true ? file.slice(2) : file };
}

/** By the innermost type: a MIME type, or the content's. */
export function chooseKind({ types }: Level): "audio" | "video" | "other" {
  const type = types.at(-1) ?? "";
  if (type.startsWith("audio")) return "audio";
  return type.startsWith("video") ? "video" : "other";
}
