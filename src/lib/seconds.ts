/** Sums of decimal seconds drift in binary, so they are rounded to the microsecond, which is finer than any playlist. */

export function sumSeconds(seconds: number[]): number {
  return toMicroseconds(seconds.reduce((sum, each) => sum + each, 0));
}

export function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}
