import { Prisma } from "@drumline/db";

/** `emailHashOf` of core over a column of keys, as `shop_suppression` keeps it. */
export const emailHashIn = (emailKey: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`encode(sha256(convert_to(${emailKey}, 'UTF8')), 'hex')`;
