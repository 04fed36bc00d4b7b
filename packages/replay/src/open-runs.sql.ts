import { type Database, Prisma } from "@drumline/db";

/** Two counts, each over its own small index. */
export async function countOpenRuns(db: Database): Promise<number> {
  const [row] = await db.$queryRaw<[{ open: number }]>(Prisma.sql`
    SELECT ((SELECT count(*) FROM run WHERE status = 'SCHEDULED')
      + (SELECT count(*) FROM run WHERE status = 'PROCESSING'))::int AS open`);
  return row.open;
}
