import type { JsonObject, JsonValue } from "@drumline/core/task";
import { z } from "zod";

/** More units of one item, or in one place, are a mistake of the sender; it also keeps sums within Postgres' integer. */
export const MOST_UNITS = 1_000_000;

export const pk = z
  .int()
  .positive()
  .transform((value) => BigInt(value));

/** Short enough for a unique index, whatever its letters. */
export const text = z.string().min(1).max(500);

export const wordOrNull = z
  .union([text, z.literal(""), z.null(), z.undefined()])
  .transform((value) => (value === "" || value === undefined ? null : value));

export const instant = z.iso.datetime({ offset: true }).transform((value) => new Date(value));

export const jsonObject = z.record(z.string(), z.json()).transform((value) => value as JsonObject);

export const issuesOf = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join(".") || "record"}: ${message}`).join("; ");

/**
 * Whether Postgres can keep it as jsonb: no NUL and no half of a surrogate pair in any string of it.
 * One such record would otherwise take its whole page down.
 */
export const isStorable = (raw: JsonValue): boolean =>
  !/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i.test(JSON.stringify(raw));
