import { z } from "zod";

/** Minor units of a currency: a bigint to the code, an integer to who asks. */
export const minorUnits = z
  .codec(z.int().min(0), z.bigint(), { decode: BigInt, encode: Number })
  .meta({ type: "integer", minimum: 0, description: "In minor units: EUR 12.50 is 1250, JPY 500 is 500." });

export const currencyCode = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: "expected a currency in capitals, such as EUR" })
  .describe("ISO 4217.");

const name = (most: number) => z.string().min(1).max(most);
/** What the shop or a provider calls something. */
export const reference = name(200);
export const optional = {
  text: (most: number) => name(most).nullable().default(null),
};
