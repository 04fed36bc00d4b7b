import { createHash } from "node:crypto";

/** A short content hash that does not depend on the order of object keys. */
export function hashOf(content: unknown): string {
  return createHash("sha256").update(JSON.stringify(content, sortedKeys)).digest("hex").slice(0, 24);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value) || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
