import { type Database, Prisma, type Transaction } from "@drumline/db";

import { wantsType } from "../subscriptions/index.ts";

/** Whether somebody wants events of this type by now, a reader or a subscription: for those that come by the hundred thousand. */
export async function isWanted(db: Database | Transaction, eventType: string): Promise<boolean> {
  const [row] = await db.$queryRaw<[{ isWanted: boolean }]>(Prisma.sql`
    SELECT EXISTS (SELECT FROM event_reader WHERE event.event_type = ANY(event_types))
      OR EXISTS (SELECT FROM webhook WHERE is_active AND ${wantsType}) AS "isWanted"
    FROM (SELECT ${eventType}::text AS event_type) AS event`);
  return row.isWanted;
}
