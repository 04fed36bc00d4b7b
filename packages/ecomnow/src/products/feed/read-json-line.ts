import type { FeedColumn } from "./feed-item.ts";
import type { ReadColumn } from "./parse-item.ts";
import type { RecordProblem } from "./read-csv.ts";

/** A line of a JSON-lines feed as columns of text. Numbers and switches are taken as they are written, null as empty. */
export function readJsonLine(
  text: string,
  columns: Readonly<Partial<Record<FeedColumn, string>>>,
): { readonly read: ReadColumn } | { readonly problem: RecordProblem } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: { code: "NOT_JSON", reason: "is not JSON" } };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { problem: { code: "NOT_AN_OBJECT", reason: "is JSON, but no object" } };
  const record = value as Readonly<Record<string, unknown>>;
  return {
    read: (column) => {
      const name = columns[column] ?? column;
      const field = Object.hasOwn(record, name) ? record[name] : null;
      if (field === null) return "";
      // A list or an object becomes text that no column of numbers accepts.
      return typeof field === "string" ? field : JSON.stringify(field);
    },
  };
}
