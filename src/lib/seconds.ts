/** Seconds as decimal fractions, whose sums drift in binary; a microsecond is finer than any playlist writes. */

/** Adds seconds up, to the microsecond. */
export function sumSeconds(seconds: number[]): number {
  return toMicroseconds(seconds.reduce((sum, each) => sum + each, 0));
}

/** Rounds to the microsecond. */
export function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
