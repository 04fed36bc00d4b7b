/** The first of `count` ascending positions for which `isAtLeast` holds; `count` where none does. */
export function lowerBound(count: number, isAtLeast: (position: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isAtLeast(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
