import type { RecordProblem } from "@drumline/connectors/csv";
import { parseJson, UnreadableJson } from "@drumline/core/text";

import type { FeedColumn } from "./feed-item.ts";
import type { ReadColumn } from "./parse-item.ts";

const LIMITS = { maxDepth: 20, maxValues: 5_000 };
/** Where a number is a name: `1.10` is not `1.1`. */
const NAMES: ReadonlySet<FeedColumn> = new Set(["sku", "barcode"]);

/**
 * A line of a JSON-lines feed as columns of text. Numbers and switches are taken as they are written, null as empty; no
 * number is rounded on the way.
 */
export function readJsonLine(
  text: string,
  columns: Readonly<Partial<Record<FeedColumn, string>>>,
): { readonly read: ReadColumn } | { readonly problem: RecordProblem } {
  let value: unknown;
  try {
    value = parseJson(text, LIMITS);
  } catch (error) {
    if (!(error instanceof UnreadableJson)) throw error;
    return { problem: { code: "NOT_JSON", reason: error.message } };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { problem: { code: "NOT_AN_OBJECT", reason: "is JSON, but no object" } };
  const record = value as Readonly<Record<string, unknown>>;
  let asWritten: Readonly<Record<string, unknown>> | null = null;
  return {
    read: (column) => {
      const name = columns[column] ?? column;
      const field = Object.hasOwn(record, name) ? record[name] : null;
      if (field === null) return "";
      if (typeof field === "number" && NAMES.has(column)) {
        asWritten ??= parseJson(text, { ...LIMITS, inexactNumbers: "text" }) as Readonly<Record<string, unknown>>;
        return String(asWritten[name]);
      }
      // A list or an object becomes text that no column of numbers accepts.
      return typeof field === "string" ? field : JSON.stringify(field);
    },
  };
}
