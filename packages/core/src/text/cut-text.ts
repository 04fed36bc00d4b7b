/**
 * The first `maxCodePoints` characters of a text. It counts code points, so that it never leaves half an emoji behind:
 * half a surrogate pair is text that PostgreSQL refuses as JSON.
 */
export function cutText(text: string, maxCodePoints: number): string {
  // A text has at most as many code points as UTF-16 units: most texts need no walk.
  if (text.length <= maxCodePoints) return text;
  let units = 0;
  for (let kept = 0; kept < maxCodePoints && units < text.length; kept += 1) {
    units += text.codePointAt(units)! > 0xffff ? 2 : 1;
  }
  return text.slice(0, units);
}

const EXCERPT_CODE_POINTS = 200;

/** The beginning of a foreign text on one line and in quotes, fit for a message. */
export function excerptOf(text: string, maxCodePoints = EXCERPT_CODE_POINTS): string {
  // Only the beginning is looked at: folding the white space of 30 MB would hold up the process.
  const beginning = cutText(text, maxCodePoints * 4);
  const flat = beginning.replaceAll(/\s+/g, " ").trim();
  if (flat === "") return "(empty body)";
  const kept = cutText(flat, maxCodePoints);
  return kept.length < flat.length || beginning.length < text.length ? `"${kept}" …` : `"${kept}"`;
}
