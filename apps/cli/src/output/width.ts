/** Signs that take two cells of a terminal: CJK, Hangul, fullwidth forms, emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const COMBINING = /\p{Mn}|\p{Me}|\u200d|\ufe0f/u;

const cellsOf = (sign: string): number => (COMBINING.test(sign) ? 0 : WIDE.test(sign) ? 2 : 1);

/** Cells of a terminal that a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const sign of text) width += cellsOf(sign);
  return width;
}

/** No wider than `width`; what is cut off is an ellipsis. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const sign of text) {
    used += cellsOf(sign);
    if (used > width - 1) break;
    kept += sign;
  }
  return `${kept}…`;
}

/** Exactly as wide as `width`. */
export const fitTo = (text: string, width: number): string => {
  const cut = cutTo(text, width);
  return cut + " ".repeat(Math.max(0, width - widthOf(cut)));
};
