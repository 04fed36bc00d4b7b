import { isStorableInstant } from "@drumline/core/clock";
import { DrumlineError } from "@drumline/core/errors";
import type { JsonObject } from "@drumline/core/task";
import { excerptOf, cutText, findUnstorable, toStorableJson, toStorableText } from "@drumline/core/text";
import { z } from "zod";

/** Above 2^53 − 1 a JSON number is no longer the number that was sent, so that two orders would become one. */
export const pk = z
  .int({ error: `expected a whole number up to ${Number.MAX_SAFE_INTEGER}` })
  .positive()
  .transform((value) => BigInt(value));

function refuseUnstorable(
  value: unknown,
  context: { addIssue(issue: { code: "custom"; message: string }): void },
): void {
  const found = findUnstorable(value);
  if (found !== null) context.addIssue({ code: "custom", message: found.problem });
}

/** A text that the database keeps as it is. */
export const storable = z.string().superRefine(refuseUnstorable);

/** Short enough for a unique index, whatever its letters. */
export const text = storable.min(1).max(500);

/** A text that is in no index. */
export const longText = storable.max(2_000);

/** Many serialisers leave a null out: absent, null and empty mean the same. */
export const wordOrNull = text
  .or(z.literal(""))
  .nullish()
  .transform((value) => value || null);

const LONGEST_INSTANT = 40;

/** A date and time as it is written, without a look at its year. */
export const instantText = z
  .string()
  .max(LONGEST_INSTANT)
  .pipe(z.iso.datetime({ offset: true }));

/** The years 1 to 9999 in UTC: what ISO writes with four digits, PostgreSQL keeps and Prisma reads back. */
export const instant = instantText
  .transform((value) => new Date(value))
  .refine(isStorableInstant, "expected a year from 1 to 9999 in UTC");

/**
 * A measurement, which may be rounded. A number with more digits than a double holds arrives as its digits, since
 * whoever read the JSON could not know that they do not matter here.
 */
export const measure = (least = -Infinity, most = Infinity) =>
  z
    .preprocess(
      (value) => (typeof value === "string" && /^-?\d{1,20}(\.\d{1,40})?$/.test(value) ? Number(value) : value),
      z.number().min(least).max(most).nullish(),
    )
    .transform((value) => value ?? null);

/** An object of parsed JSON, so that its values are JSON already: looking at each again costs more than the whole record. */
export const jsonObject = z
  .record(z.string(), z.unknown())
  .superRefine(refuseUnstorable)
  .transform((value) => value as JsonObject);

const MOST_ISSUES = 20;
const LONGEST_ISSUES = 2_000;

/** A record from outside is not what it should be; the message names the fields. */
export class InvalidRecord extends DrumlineError {
  constructor(problem: string) {
    super(problem, { code: "INVALID_RECORD" });
  }
}

/** What a record says, by its schema. Throws `InvalidRecord`. */
export function parseRecord<Schema extends z.ZodType>(schema: Schema, raw: unknown): z.output<Schema> {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) throw new InvalidRecord(issuesOf(parsed.error));
  return parsed.data;
}

/** Every wrong field with what is wrong, as far as a person reads it. */
export function issuesOf({ issues }: z.ZodError): string {
  const told = issues
    .slice(0, MOST_ISSUES)
    .map(({ path, message }) => `${cutText(path.join("."), 200) || "record"}: ${message}`);
  const more = issues.length > MOST_ISSUES ? [`and ${issues.length - MOST_ISSUES} more`] : [];
  return toStorableText([...told, ...more].join("; "), LONGEST_ISSUES);
}

/** The beginning of what was answered, for a message; whatever it is and however deep. */
export const excerptOfJson = (answer: unknown): string =>
  excerptOf(JSON.stringify(toStorableJson(answer, { maxDepth: 5, maxValues: 50, maxCodePoints: 400 })));
