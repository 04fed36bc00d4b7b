import { AUTH_KINDS } from "@drumline/outbound/secrets";
import { z } from "zod";

/** Begins numbers and names owners of secrets, so it stays as it is. */
export const codeField = z
  .string()
  .max(50)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, { error: "expected small letters, digits and hyphens" })
  .describe("Stays as it is.");

/** One line that may stand in a mail and a log. */
export const nameField = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u, { error: "holds control characters" });

export const urlField = z.string().min(1).max(2_000);
export const timeoutField = z.int().min(100).max(120_000).describe("Milliseconds for one call.");

/** How we say who we are to a vendor or client, as a person sends it. */
export const authFields = {
  authKind: z.enum(AUTH_KINDS),
  authName: z.string().min(1).max(100).nullable().describe("The user of BASIC, the header's name of HEADER."),
  authSecret: z
    .string()
    .min(1)
    .max(4_000)
    .nullable()
    .describe(
      "In plain, to be sealed here, or a reference to an env key of the worker: env:ECOMNOW_SECRET_ACME. Never shown again.",
    ),
};

/** A row's id in a body: digits, or a number. */
export const idField = z
  .union([z.int().min(1), z.string().regex(/^\d{1,18}$/, { error: "expected a number, such as 17" })])
  .transform((id) => BigInt(id));

/** The rows of one id or more, as a page of a list wants them. */
export const byId = <Where extends object>(where: Where, after: bigint | null, limit: number) => ({
  where: { ...where, ...(after === null ? {} : { id: { gt: after } }) },
  orderBy: { id: "asc" as const },
  take: limit,
});
