/** The continuity counter of one stream (ISO/IEC 13818-1, 2.4.3.3): whether packets are missing between two. */

/** What a packet says that carries a payload. */
export type CountedPacket = {
  counter: number;
  /** `discontinuity_indicator`, 2.4.3.5: the counter may begin anew here. */
  isDiscontinuity: boolean;
  /** Some bytes of the packet: a packet may be sent twice, and is then the same. */
  sample: number;
};

export class Continuity {
  #counter = -1;
  #sample = 0;
  #wasRepeated = false;
  errors = 0;
  /** At which byte the first packet begins that does not follow. */
  firstErrorAt: number | null = null;

  take({ counter, isDiscontinuity, sample }: CountedPacket, at: number): void {
    const previous = this.#counter;
    const follows = counter === ((previous + 1) & 0x0f);
    const isRepeated = counter === previous && sample === this.#sample && !this.#wasRepeated;
    if (previous >= 0 && !follows && !isRepeated && !isDiscontinuity) {
      this.errors += 1;
      this.firstErrorAt ??= at;
    }
    this.#counter = counter;
    this.#sample = sample;
    this.#wasRepeated = isRepeated;
  }
}
