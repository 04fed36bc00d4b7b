/**
 * A page's part of the URL as plain text, `?status=FAILED&task=…`: no quotes and no JSON, so that a link can be read and
 * typed. Every field of a page's zod object is therefore text; a list is text with commas.
 */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}
