import { z } from "zod";

export const limitParameter = z.coerce
  .number({ error: "expected a whole number from 1 to 1000" })
  .int()
  .min(1)
  .max(1_000)
  .default(100);

export const pkParameter = z.coerce.number({ error: "expected a pk, 0 or more" }).int().min(0).default(0);

/** A keyset position in the sort by (modified_date, pk); without one, from the very first. */
export const updatesQuery = z.strictObject({
  modified_after: z.iso
    .datetime({
      offset: true,
      error: "expected an ISO 8601 instant with offset such as 2018-05-22T10:59:50Z (a + in a query is written %2B)",
    })
    .transform((text) => Date.parse(text))
    .default(-Infinity),
  after_pk: pkParameter,
  limit: limitParameter,
});
