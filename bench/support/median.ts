/** Of an even number of values the upper of the two in the middle, so that it is always one that was measured. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
