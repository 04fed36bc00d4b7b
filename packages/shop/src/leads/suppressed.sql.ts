import { Prisma } from "@drumline/db";

import { emailHashIn } from "../people/email-hash.sql.ts";

/** Whether an address gets no reminders: unsubscribed from them or from all, bounced, complained or erased. */
export const isSuppressed = (emailKey: Prisma.Sql): Prisma.Sql => Prisma.sql`EXISTS (
  SELECT FROM shop_suppression suppression
  WHERE suppression.email_hash = ${emailHashIn(emailKey)} AND suppression.list IN ('reminders', '*'))`;
