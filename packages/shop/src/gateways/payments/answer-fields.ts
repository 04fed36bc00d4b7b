import { findUnstorable } from "@drumline/core/text";
import { z } from "zod";

import { UnreadableWebhook } from "./errors.ts";

function refuseUnstorable(
  value: string,
  context: { addIssue(issue: { code: "custom"; message: string }): void },
): void {
  const found = findUnstorable(value);
  if (found !== null) context.addIssue({ code: "custom", message: found.problem });
}

/** A word of a provider's, such as a status or a method: as long as one, and kept as it is. */
export const word = z.string().min(1).max(200).superRefine(refuseUnstorable);

/** What need not be there, and need not be understood: a word, or null. */
export const wordOrNull = z
  .unknown()
  .optional()
  .transform((value) => word.safeParse(value).data ?? null);

/** An id of a provider's: it comes back in URLs. */
export const providerId = z.string().regex(/^[A-Za-z0-9][\w.:-]{0,199}$/, "expected an id of letters and digits");

/** ISO 4217, however it is written. */
export const currency = z
  .string()
  .regex(/^[A-Za-z]{3}$/, "expected a currency code such as EUR")
  .transform((code) => code.toUpperCase());

/** A whole number, also where it is more than a double holds and came as its digits. */
export const wholeNumber = z
  .union([z.int(), z.string().regex(/^-?\d{1,30}$/)], "expected a whole number")
  .transform((value) => BigInt(value));

const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

const toInstant = (ms: number): Date | null => (ms >= FIRST_INSTANT && ms <= LAST_INSTANT ? new Date(ms) : null);

/** ISO 8601 with an offset; what is no such instant is null, as is what is absent. */
export const instantOrNull = z
  .unknown()
  .optional()
  .transform((value) =>
    z.iso.datetime({ offset: true }).max(40).safeParse(value).success ? toInstant(Date.parse(value as string)) : null,
  );

/** Seconds since 1970; null likewise. */
export const epochOrNull = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === "number" ? toInstant(value * 1_000) : null));

/** Where a browser can be sent; null likewise. */
export const linkOrNull = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === "string" && value.length <= 4_000 && isHttp(value) ? value : null));

const isHttp = (link: string): boolean => URL.canParse(link) && /^https?:$/.test(new URL(link).protocol);

/** Every wrong field with what is wrong, for the message of an error. */
export const problemsOf = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, 10)
    .map(({ path, message }) => `${path.join(".") || "record"}: ${message}`)
    .join("; ");

/** The most that a provider's webhook is; what is longer is none. */
const MOST_WEBHOOK_BYTES = 1024 * 1024;

/** Throws `UnreadableWebhook`. */
export function textOfWebhook(rawBody: Buffer, provider: string, mostBytes = MOST_WEBHOOK_BYTES): string {
  if (rawBody.length <= mostBytes) return rawBody.toString("utf8");
  throw new UnreadableWebhook(provider, `it has ${rawBody.length} bytes, and at most ${mostBytes} are expected`);
}
