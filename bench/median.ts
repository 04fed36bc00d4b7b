/** Of an even number the middle of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The rates of several rounds as figures: their median, the slowest and the fastest. */
export const toRateFigures = (unit: string, rates: readonly number[]): Record<string, number> => ({
  [`${unit}, median`]: Math.round(median(rates)),
  slowest: Math.round(Math.min(...rates)),
  fastest: Math.round(Math.max(...rates)),
});
