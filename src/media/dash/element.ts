/** The elements of an MPD, without their namespaces. */
import { parseXml, XmlElement, XmlText } from "@rgrove/parse-xml";

export type MpdElement = {
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: MpdElement[];
  text: string;
};

/** An MPD has about six levels. */
const MAX_DEPTH = 20;
const MAX_ELEMENTS = 300_000;
/** Longer than every name. */
const MAX_TEXT = 2048;

/** The root element, or `undefined` for a text that is no XML. The parser expands no entities but the five of XML. */
export function parseElements(text: string): MpdElement | undefined {
  try {
    const { root } = parseXml(text);
    let left = MAX_ELEMENTS;
    const convert = (element: XmlElement, depth: number): MpdElement | undefined => {
      left -= 1;
      if (left < 0 || depth > MAX_DEPTH) return undefined;
      const children = element.children.filter((child) => child instanceof XmlElement);
      const converted = children.map((child) => convert(child, depth + 1));
      return {
        name: localName(element.name),
        attributes: new Map(Object.entries(element.attributes)),
        children: converted.filter((child) => child !== undefined),
        text: readOwnText(element),
      };
    };
    return root === null || root === undefined ? undefined : convert(root, 0);
  } catch {
    return undefined; // Text that is no XML, or is nested too deeply for the parser.
  }
}

export function findChildren({ children }: MpdElement, name: string): MpdElement[] {
  return children.filter((child) => child.name === name);
}

export function readAttribute({ attributes }: MpdElement, name: string): string | undefined {
  return attributes.get(name);
}

/** A whole number of at most fifteen digits, which a double holds exactly. */
export function readNumber(element: MpdElement, name: string): number | undefined {
  const text = readAttribute(element, name);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** ISO 8601, as XML Schema has it: days, hours, minutes and seconds. */
export function readDuration(element: MpdElement, name: string): number | null {
  const match = /^P(?:(\d{1,5})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,9})?)S)?)?$/.exec(
    readAttribute(element, name) ?? "",
  );
  if (match === null) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match.slice(1).map((part) => Number(part ?? 0));
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** The text of a leaf: that of an element which holds others is of no interest, and may be large. */
function readOwnText({ children }: XmlElement): string {
  const texts = children.map((child) => (child instanceof XmlText ? child.text : ""));
  return texts.join("").slice(0, MAX_TEXT).trim();
}
