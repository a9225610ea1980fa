/** The parts of a file that hold media, and whether something lies in one of them. */

export type ByteRange = { from: number; to: number };

export class ByteRanges {
  readonly #ranges: ByteRange[];
  /** Samples lie in the order of the file: the next is nearly always where the last one was. */
  #last = 0;

  constructor(ranges: ByteRange[]) {
    this.#ranges = ranges.toSorted((a, b) => a.from - b.from);
  }

  includes({ from, to }: ByteRange): boolean {
    if (from === to || isWithin(this.#ranges[this.#last], { from, to })) return true;
    this.#last = this.#search(from);
    return isWithin(this.#ranges[this.#last], { from, to });
  }

  /** The last range that begins at this byte or before. */
  #search(from: number): number {
    let [low, high] = [0, this.#ranges.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#ranges[middle]?.from ?? 0) <= from) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }
}

function isWithin(range: ByteRange | undefined, { from, to }: ByteRange): boolean {
  return range !== undefined && range.from <= from && to <= range.to;
}
