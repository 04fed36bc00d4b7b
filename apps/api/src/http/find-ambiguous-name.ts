import { cutText } from "@drumline/core/text";

const LONGEST_TOLD = 100;

/**
 * A name that stands twice in one object of a JSON text, or `__proto__`, which stands for something else in many a reader;
 * null where there is none. Of a name that stands twice each reader takes another value. The text must be JSON.
 */
export function findAmbiguousName(text: string): string | null {
  // An array's names are never asked for; null keeps its place among the levels.
  const levels: (Set<string> | null)[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const unit = text[at];
    if (unit === "{") levels.push(new Set());
    else if (unit === "[") levels.push(null);
    else if (unit === "}" || unit === "]") levels.pop();
    else if (unit === '"') {
      const to = endOfString(text, at);
      const names = levels.at(-1);
      if (names != null && isName(text, to)) {
        const name = JSON.parse(text.slice(at, to + 1)) as string;
        if (name === "__proto__" || names.has(name)) return cutText(name, LONGEST_TOLD);
        names.add(name);
      }
      at = to;
    }
  }
  return null;
}

/** Where the quote is that ends the string. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** Whether a colon follows: a value is followed by a comma or the end of its object. */
function isName(text: string, endOfText: number): boolean {
  let at = endOfText + 1;
  while (/\s/.test(text[at] ?? "")) at += 1;
  return text[at] === ":";
}
