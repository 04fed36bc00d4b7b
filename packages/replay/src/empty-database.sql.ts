import { type Database, Prisma } from "@drumline/db";

import { InvalidReplay } from "./invalid-replay.ts";

/** A replay counts everything it finds: it wants a database of its own. Throws `InvalidReplay`. */
export async function refuseUsedDatabase(db: Database): Promise<void> {
  const [row] = await db.$queryRaw<[{ isUsed: boolean }]>(Prisma.sql`
    SELECT EXISTS (SELECT FROM orders) OR EXISTS (SELECT FROM event_queue) AS "isUsed"`);
  if (row.isUsed)
    throw new InvalidReplay(
      "DATABASE_URL names a database with orders in it; a replay needs an empty one. Leave DATABASE_URL empty, and it brings its own.",
    );
}
