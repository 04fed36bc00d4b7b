import { isStorableInstant } from "@drumline/core/clock";
import { parseJson } from "@drumline/core/text";
import { instant, storable } from "@drumline/outbound/records";
import { z } from "zod";

import { UnreadableWebhook } from "./errors.ts";

/** A word of a provider's, such as a status or a method: as long as one, and kept as it is. */
export const word = storable.min(1).max(200);

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

/** ISO 8601 with an offset; what is no such instant is null, as is what is absent. */
export const instantOrNull = z
  .unknown()
  .optional()
  .transform((value) => instant.safeParse(value).data ?? null);

/** Seconds since 1970; null likewise. */
export const epochOrNull = z
  .unknown()
  .optional()
  .transform((value) => {
    const at = new Date(typeof value === "number" ? value * 1_000 : Number.NaN);
    return isStorableInstant(at) ? at : null;
  });

/** Where a browser can be sent; null likewise. */
export const linkOrNull = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === "string" && value.length <= 4_000 && isHttp(value) ? value : null));

const isHttp = (link: string): boolean => URL.canParse(link) && /^https?:$/.test(new URL(link).protocol);

/** The most that a provider's webhook is; what is longer is none. */
const MOST_WEBHOOK_BYTES = 1024 * 1024;

/** Throws `UnreadableWebhook`. */
export function textOfWebhook(rawBody: Buffer, provider: string, mostBytes = MOST_WEBHOOK_BYTES): string {
  if (rawBody.length <= mostBytes) return rawBody.toString("utf8");
  throw new UnreadableWebhook(provider, `it has ${rawBody.length} bytes, and at most ${mostBytes} are expected`);
}

/** The event in a webhook whose signature was found good. Throws `UnreadableWebhook`. */
export function readSignedEvent<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  provider: string,
): z.output<Schema> {
  try {
    return schema.parse(parseJson(text));
  } catch (cause) {
    const why = cause instanceof z.ZodError ? cause.issues[0]!.message : (cause as Error).message;
    throw new UnreadableWebhook(provider, `it is signed and no event: ${why}`);
  }
}
