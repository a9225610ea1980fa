/** Collects the sections of one table (ISO/IEC 13818-1, 2.4.4) from the payloads of its packets. */

/** Section 2.4.4.4 and 2.4.4.9: a PAT or PMT section has at most 1021 bytes behind its length. */
const MAX_SECTION_BYTES = 1024;
/** Table id, and the length of the rest in 12 bits. */
const HEADER_BYTES = 3;
const STUFFING = 0xff;

export class SectionCollector {
  readonly #bytes = new Uint8Array(MAX_SECTION_BYTES);
  #filled = 0;
  /** Whether the beginning of the section was seen. */
  #isOpen = false;

  /** Takes a packet's payload, and gives each section that ends in it; they are valid until the next call. */
  take(payload: Uint8Array, startsUnit: boolean): Uint8Array[] {
    if (!startsUnit) return this.#isOpen ? this.#append(payload) : [];

    // Section 2.4.4.1: the pointer field counts the bytes in front of the first section that begins here.
    const start = 1 + (payload[0] ?? 0);
    const ended = this.#isOpen ? this.#append(payload.subarray(1, start)) : [];
    this.#reset(true);
    return [...ended.map((section) => section.slice()), ...this.#append(payload.subarray(start))];
  }

  #append(payload: Uint8Array): Uint8Array[] {
    const sections = [];
    let at = 0;
    // Each turn takes a byte at least, or returns.
    while (at < payload.length && this.#isOpen) {
      if (this.#filled === 0 && payload[at] === STUFFING) this.#reset(false);
      const wanted = this.#wanted();
      const piece = payload.subarray(at, at + wanted - this.#filled);
      if (!this.#isOpen || piece.length === 0) break;
      this.#bytes.set(piece, this.#filled);
      this.#filled += piece.length;
      at += piece.length;
      if (this.#filled < HEADER_BYTES || this.#filled < this.#wanted()) continue;
      sections.push(this.#bytes.slice(0, this.#filled));
      this.#filled = 0;
    }
    return sections;
  }

  /** How many bytes the section has, or its header while that is not complete. */
  #wanted(): number {
    if (this.#filled < HEADER_BYTES) return HEADER_BYTES;
    const length = (((this.#bytes[1] ?? 0) & 0x0f) << 8) | (this.#bytes[2] ?? 0);
    if (HEADER_BYTES + length > MAX_SECTION_BYTES) this.#reset(false);
    return Math.min(HEADER_BYTES + length, MAX_SECTION_BYTES);
  }

  #reset(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.#filled = 0;
  }
}
