/**
 * Lines that players accept and Agora does not write so: programs that rewrite a playlist leave spaces, carriage returns, `./`
 * before names, and tags behind the end. They are counted, and the playlist means the same.
 */
const [TAB, CARRIAGE_RETURN, SPACE] = [9, 13, 32];

/** The text without spaces, tabs and carriage returns at its ends, which no name of Agora has there. Linear in the text. */
export function trimSpaces(text: string): string {
  let begin = 0;
  let end = text.length;
  while (begin < end && isSpace(text.charCodeAt(begin))) begin += 1;
  while (end > begin && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(begin, end);
}

function isSpace(code: number): boolean {
  return code === SPACE || code === TAB || code === CARRIAGE_RETURN;
}

/** The name without the dot segments before it (RFC 3986, section 5.2.4): they stay in the playlist's folder. */
export function removeDotSegments(uri: string): string {
  return uri.replace(/^(?:\.\/)+(?=.)/, "");
}

/** The tags of a segment. A second #EXTM3U is a second playlist. */
export const SEGMENT_TAGS = /^#(?:EXTM3U|EXTINF|EXT-X-(?:BYTERANGE|MAP|KEY|GAP|STREAM-INF))\b/;

export class SpellingCount {
  /** The first such line, from 1; 0: none. */
  first = 0;
  lines = 0;
  #last = 0;

  /** Counts a line once. Lines come in order. */
  note(number: number): void {
    if (this.#last === number) return;
    if (this.lines === 0) this.first = number;
    this.lines += 1;
    this.#last = number;
  }
}
