/**
 * How file names spell a channel. Agora replaces special characters with `-`. One of its pages says so of every mode, another
 * of web mode alone, and real names of individual mode keep `_`, so each is accepted either way in every mode. The pages list
 * 26 characters of ASCII. They do not say how many `-` another character becomes, so every way to count is accepted.
 */
import { MODES } from "../modes.ts";
import type { NamingContext } from "./file-names.ts";

/** The channel as Agora's documentation spells it in the mode's file names. */
export function spellChannel({ cname, mode }: Pick<NamingContext, "cname" | "mode">): string {
  return MODES[mode].specialCharacters === "dash" ? cname.replaceAll(SPECIAL, "-") : cname;
}

/** The start of the channel that is the same in every accepted spelling. */
export function commonChannelStart({ cname }: Pick<NamingContext, "cname">): string {
  return cname.replace(/[^A-Za-z0-9].*$/s, "");
}

/**
 * The patterns of the accepted spellings, one for each way to count that makes a difference. Within a pattern no character can
 * be read in two ways, so that the time to match grows with the name only.
 */
export function channelPatterns(cname: string): string[] {
  const patterns = COUNTS.map((count) =>
    cname.replaceAll(RUN, (run) => {
      // A name holds a run of others as it is, or as so many `-`.
      if (/\P{ASCII}/u.test(run)) return `(?:${escapePattern(run)}|-{${count(run)}})`;
      return run === "-" ? String.raw`\-` : `[${String.raw`\u`}${toHex(run)}-]`;
    }),
  );
  return [...new Set(patterns)];
}

export function escapePattern(text: string): string {
  return text.replaceAll(SPECIAL, (unit) => String.raw`\u` + toHex(unit));
}

function toHex(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, "0");
}

const SPECIAL = /[^A-Za-z0-9]/g;

/** A special character of ASCII, or a run of others. */
const RUN = /[^A-Za-z0-9\P{ASCII}]|\P{ASCII}+/gu;

/** UTF-16 units, characters, bytes of UTF-8, or one `-` for all. */
const COUNTS: ((run: string) => number)[] = [
  (run) => run.length,
  (run) => Array.from(run).length,
  (run) => new TextEncoder().encode(run).length,
  () => 1,
];
