import { createHash } from "node:crypto";

import { Prisma } from "@drumline/db";

/**
 * An address as people are told apart by: trimmed and lower-cased, and nothing else. Dots and what follows a plus stay,
 * since only some providers ignore them.
 */
export const emailKeyOf = (email: string): string => email.trim().toLowerCase();

/** The key as `shop_suppression` keeps it (hexadecimal sha256): it outlives the address, which an erasure takes away. */
export const emailHashOf = (emailKey: string): string => createHash("sha256").update(emailKey, "utf8").digest("hex");

/** `emailHashOf` over a column. */
export const emailHashIn = (emailKey: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`encode(sha256(convert_to(${emailKey}, 'UTF8')), 'hex')`;
