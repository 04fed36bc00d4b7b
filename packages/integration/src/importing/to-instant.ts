/** Past which a number counts milliseconds: in seconds it would be the year 5138. */
const FIRST_MS = 100_000_000_000;
const LATEST_MS = Date.UTC(9999, 11, 31);

/** An instant in a source's own words: ISO 8601, or seconds or milliseconds since 1970. Null where it is none. */
export function toInstant(text: string): Date | null {
  const isCount = /^\d{1,16}(?:\.\d+)?$/.test(text);
  const ms = isCount ? (Number(text) >= FIRST_MS ? Number(text) : Number(text) * 1_000) : Date.parse(text);
  return Number.isNaN(ms) || Math.abs(ms) > LATEST_MS ? null : new Date(ms);
}

/** So long before, in the same kind of words; the instant itself where its words cannot be counted back. */
export function instantBefore(text: string, byMs: number): string {
  const at = toInstant(text);
  if (at === null || byMs === 0) return text;
  const ms = at.getTime() - byMs;
  if (!/^\d/.test(text) || text.includes("-")) return new Date(ms).toISOString();
  return Number(text) >= FIRST_MS ? String(Math.max(0, Math.floor(ms))) : String(Math.max(0, Math.floor(ms / 1_000)));
}
