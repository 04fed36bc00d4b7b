import { z } from "zod";

/** An instant: a Date to the code, ISO 8601 in UTC to who asks. */
export const instant = z
  .codec(z.iso.datetime({ offset: true }), z.date(), {
    decode: (text) => new Date(text),
    encode: (at) => at.toISOString(),
  })
  .meta({ type: "string", format: "date-time" });

const ROW_ID = /^\d{1,18}$/;

/** The number of a row: a bigint to the code, its digits to who asks. */
export const rowId = z
  .codec(z.string().regex(ROW_ID, { error: "expected a number, such as 17" }), z.bigint(), {
    decode: (text) => BigInt(text),
    encode: (id) => String(id),
  })
  .meta({ type: "string", pattern: ROW_ID.source });

/** The version of a row that was looked at; one more with each change. */
export const versionSchema = z.int().min(1).max(2_147_483_647);

/** Where a change may be made without having looked. */
export const seenVersion = versionSchema
  .optional()
  .describe("The version that was looked at: 409 with currentVersion unless it still is.");

/** Of a POST that says nothing else: it may have no body. */
export const seenSchema = z.strictObject({ version: seenVersion }).nullish();

/** Of a DELETE, which has no body: it may be made without having looked. */
export const versionQuery = z.strictObject({ version: z.coerce.number().pipe(versionSchema).optional() });
