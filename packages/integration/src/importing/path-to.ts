import type { JsonValue } from "@drumline/core/task";
import { isStorable } from "@drumline/core/text";

/** The value at a path of names and places joined by dots; undefined where there is none. */
export function pathTo(root: JsonValue, path: string): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, JsonValue>>)[name];
  }
  return value;
}

/** As `pathTo`, as a text: names of things, and cursors. Null where there is none, or nothing that could be kept as one. */
export function textAt(root: JsonValue, path: string): string | null {
  const value = pathTo(root, path);
  if (typeof value === "string") return value === "" || !isStorable(value) ? null : value;
  return typeof value === "number" ? String(value) : null;
}
